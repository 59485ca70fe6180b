import { AppError, type Position } from "../errors/index.ts";
import { LocatedTable } from "./located-table.ts";
import { readToml, type TomlTable } from "./toml.ts";
import { lockFile, type LockedArtifact } from "./locked.ts";

type Path = readonly string[];
type Table = Readonly<Record<string, unknown>>;

/** Reads tables of howdah.lock strictly: whatever howdah does not write itself is damage, at its place (WD111). */
export class LockReader {
  readonly #text: string;
  readonly file: LocatedTable;

  constructor(text: string) {
    this.#text = text;
    this.file = this.#read();
  }

  /** The artifacts of a table, in the file's order. */
  artifacts(table: Table, path: Path): readonly LockedArtifact[] {
    return this.tables(table, [...path, "artifacts"]).map((each, index) =>
      this.artifact(each, [...path, "artifacts", String(index)]),
    );
  }

  artifact(value: unknown, path: Path): LockedArtifact {
    const table = this.table(value, path);
    this.keys(table, path, ["platform", "package", "url", "integrity", "bytes"]);
    const { bytes } = table;
    const integrity = this.string(table, [...path, "integrity"]);
    const isHash = /^sha(?:256|384|512)-[A-Za-z0-9+/=]+$/.test(integrity);
    this.expect(isHash, [...path, "integrity"], "expected a hash like sha512-…");
    const isSize = bytes === undefined || (Number.isSafeInteger(bytes) && Number(bytes) >= 0);
    this.expect(isSize, [...path, "bytes"], "expected a number of bytes");
    const url = this.string(table, [...path, "url"]);
    return {
      ...this.#optional(table, path, "platform"),
      ...this.#optional(table, path, "package"),
      ...{ url, integrity },
      ...(bytes === undefined ? {} : { bytes: Number(bytes) }),
    };
  }

  tables(table: Table, path: Path): readonly unknown[] {
    const value = table[path.at(-1) ?? ""] ?? [];
    this.expect(Array.isArray(value), path, "expected an array of tables");
    return value as readonly unknown[];
  }

  table(value: unknown, path: Path): Table {
    const isTable = typeof value === "object" && value !== null && !Array.isArray(value);
    this.expect(isTable, path, "expected a table");
    return value as Table;
  }

  string(table: Table, path: Path): string {
    const key = path.at(-1) ?? "";
    const value = table[key];
    this.expect(typeof value === "string" && value !== "", path, `expected ${key} = "…"`);
    return String(value);
  }

  strings(table: Table, path: Path): readonly string[] {
    const key = path.at(-1) ?? "";
    const value = table[key] ?? [];
    const isList = Array.isArray(value) && value.every((each) => typeof each === "string");
    this.expect(isList, path, `expected ${key} = ["…"]`);
    return value as readonly string[];
  }

  keys(table: object, path: Path, known: readonly string[]): void {
    for (const key of Object.keys(table)) {
      this.expect(known.includes(key), [...path, key], `"${key}" is nothing that howdah writes`);
    }
  }

  expect(condition: boolean, path: Path, message: string): void {
    if (!condition) throw this.#damaged(message, this.file.position(path));
  }

  #optional<Key extends string>(table: Table, path: Path, key: Key): { readonly [key in Key]?: string } {
    return table[key] === undefined ? {} : ({ [key]: this.string(table, [...path, key]) } as { [key in Key]: string });
  }

  #read(): LocatedTable {
    let table: TomlTable;
    try {
      table = readToml(this.#text, lockFile);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      throw this.#damaged(error.message, error.position);
    }
    return new LocatedTable(table, { source: this.#text, name: "" });
  }

  #damaged(message: string, position: Position | undefined): AppError {
    return new AppError("WD111", `${lockFile} is damaged: ${message}`, {
      position,
      source: this.#text,
      hint: "take it from version control (git checkout howdah.lock), or delete it to resolve everything anew",
    });
  }
}
