import { readFile } from "node:fs/promises";
import { AppError } from "../../../errors/index.ts";
import { readSettings, type RawSettings } from "../../../project/index.ts";

/** One database of a set. */
export interface ConnectionEntry {
  readonly host: string;
  readonly port: number;
  readonly dbname: string;
  readonly environment: string;
  readonly product: string;
  readonly uniqueName: string;
  readonly user: string | undefined;
  readonly password: string | undefined;
}

/** Where databases are listed: here, or in a table of another database. */
export type ConnectionSet =
  | { readonly kind: "list"; readonly name: string; readonly entries: readonly ConnectionEntry[] }
  | { readonly kind: "database"; readonly name: string; readonly connection: string; readonly query: string };

type Json = Readonly<Record<string, unknown>>;

/** The original pgpm's configuration of a machine: ~/.pgpmconfig, with another file's keys in place of its own. */
export interface PgpmConfig {
  readonly sets: readonly ConnectionSet[];
  /** As they are written; the notices check them. */
  readonly email: Json | undefined;
  readonly issueTracker: Json | undefined;
}

/** Reads the files that there are; throws WD662 with the place for what is wrong in one. */
export async function readPgpmConfig(files: readonly string[]): Promise<PgpmConfig> {
  const read = await Promise.all(files.map(readIfThere));
  const found = read.filter((each) => each !== undefined);
  const last = (key: string): RawSettings | undefined => found.findLast((raw) => raw.value[key] !== undefined);
  const sets = last("connection_sets");
  return {
    sets: sets === undefined ? [] : array(sets, ["connection_sets"]).map((each, at) => toSet(sets, each, at)),
    email: last("email")?.value["email"] as Json | undefined,
    issueTracker: last("issue-tracker")?.value["issue-tracker"] as Json | undefined,
  };
}

async function readIfThere(file: string): Promise<RawSettings | undefined> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw new AppError("WD106", `the file can't be read: "${file}"`, { detail: String(error), cause: error });
  });
  return text === undefined
    ? undefined
    : readSettings(text, `${file.replace(/^.*[\\/]/, "")}${file.endsWith(".json") ? "" : ".json"}`);
}

function toSet(raw: RawSettings, value: unknown, at: number): ConnectionSet {
  const path = ["connection_sets", String(at)];
  if (!isJson(value)) throw wrong(raw, path, "expected an object");
  const name = text(raw, value, [...path, "name"], `set ${at + 1}`);
  if (value["type"] === "RESDB") {
    const connection = text(raw, value, [...path, "connection_string"]);
    return { kind: "database", name, connection, query: text(raw, value, [...path, "payload"]) };
  }
  if (value["type"] !== "LIST") throw wrong(raw, [...path, "type"], 'expected "LIST" or "RESDB"');
  const payload = value["payload"];
  if (!Array.isArray(payload)) throw wrong(raw, [...path, "payload"], "expected an array");
  return {
    kind: "list",
    name,
    entries: payload.map((entry: unknown, index) => readEntry(raw, entry, [...path, "payload", String(index)])),
  };
}

/** One database as a file or a row of a table describes it. */
export function readEntry(raw: RawSettings, value: unknown, path: readonly string[]): ConnectionEntry {
  if (!isJson(value)) throw wrong(raw, path, "expected an object");
  const optional = (key: string): string | undefined =>
    value[key] === undefined ? undefined : text(raw, value, [...path, key]);
  const dbname = text(raw, value, [...path, "dbname"]);
  return {
    host: text(raw, value, [...path, "host"]),
    port: Number(value["port"] ?? 5432),
    dbname,
    environment: optional("environment") ?? "",
    product: optional("product") ?? "",
    uniqueName: optional("unique_name") ?? dbname,
    user: optional("user"),
    password: optional("password"),
  };
}

function text(raw: RawSettings, value: Json, path: readonly string[], otherwise?: string): string {
  const found = value[path.at(-1) ?? ""] ?? otherwise;
  if (typeof found !== "string" || found === "") throw wrong(raw, path, "expected a string");
  return found;
}

function array(raw: RawSettings, path: readonly string[]): readonly unknown[] {
  const value = raw.value[path[0] ?? ""];
  if (!Array.isArray(value)) throw wrong(raw, path, "expected an array");
  return value;
}

function wrong(raw: RawSettings, path: readonly string[], problem: string): AppError {
  return new AppError("WD662", `"${path.join(".")}": ${problem}`, {
    position: raw.valuePosition?.(path) ?? raw.position(path),
    source: raw.source,
  });
}

function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
