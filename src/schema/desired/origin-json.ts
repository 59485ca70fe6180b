import type { PostgresFields } from "../../errors/index.ts";
import type { Origin } from "./origin.ts";

/** Origins as plain data, to be kept in the database: the files once, then `[key, file's number, line, column]`. */
export interface OriginsJson {
  readonly files: readonly string[];
  readonly facts: readonly (readonly [string, number, number, number])[];
}

export function originsToJson(origins: ReadonlyMap<string, Pick<Origin, "file" | "line" | "column">>): OriginsJson {
  const files = [...new Set([...origins.values()].map((origin) => origin.file))];
  const numbers = new Map(files.map((file, number) => [file, number]));
  const facts = [...origins].map(
    ([key, { file, line, column }]) => [key, numbers.get(file) ?? 0, line, column] as const,
  );
  return { files, facts };
}

export function originsFromJson({ files, facts }: OriginsJson): ReadonlyMap<string, Place> {
  return new Map(facts.map(([key, file, line, column]) => [key, { file: files[file] ?? "", line, column }]));
}

type Place = Pick<Origin, "file" | "line" | "column">;

/**
 * Where what an error of Postgres names is declared: the constraint that a row violates, the column that may not be null,
 * the type that has no such value. Undefined where the fields name nothing that files declare.
 */
export function originOfError<T extends Place>(fields: PostgresFields, origins: ReadonlyMap<string, T>): T | undefined {
  for (const key of keysOfError(fields)) {
    const origin = origins.get(key);
    if (origin !== undefined) return origin;
  }
  return undefined;
}

/** Keys of what the fields of an error name, the most exact first: its constraint, its column, its table. */
export function keysOfError({ schema, table, column, dataType, constraint }: PostgresFields): readonly string[] {
  const key = (kind: string, ...names: readonly (string | undefined)[]): readonly string[] =>
    names.includes(undefined) ? [] : [`${kind} ${names.map((name) => plain(name ?? "")).join(".")}`];
  return [
    ...key("constraint", schema, table, constraint),
    ...key("index", schema, table, constraint),
    ...key("domain constraint", schema, dataType, constraint),
    ...key("column", schema, table, column),
    ...key("domain", schema, dataType),
    ...key("enum", schema, dataType),
    ...key("table", schema, table),
  ];
}

/** As `keyOf` writes names. */
function plain(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}
