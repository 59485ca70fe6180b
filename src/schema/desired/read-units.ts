import type { AppError } from "../../errors/index.ts";
import { KnownFiles } from "../known-files.ts";
import type { SourceText } from "../source-text.ts";
import { KeptReadings } from "./kept-readings.ts";
import { readSchemaFile } from "./schema-file.ts";
import { schemaUnit, type Unit } from "./unit.ts";

/** What the files of schema/ say, statement by statement. */
export interface ReadUnits {
  readonly units: readonly Unit[];
  /** Every error in them. */
  readonly errors: readonly AppError[];
}

interface ReadFile extends ReadUnits {
  readonly isKept: boolean;
}

const known = new KnownFiles<ReadFile>();

/** Reads the files; with a folder, what was read off a file is kept there until it is another. */
export async function readUnits(schema: readonly SourceText[], folder: string | undefined): Promise<ReadUnits> {
  const readings = folder === undefined ? undefined : new KeptReadings(folder);
  const files: ReadFile[] = [];
  for (const source of schema) files.push(await known.read(source, async () => readFile(source, readings)));
  const errors = files.flatMap((file) => file.errors);
  if (errors.length === 0 && readings !== undefined) await keep(schema, files, readings);
  return { units: files.flatMap(({ units }) => units), errors };
}

async function readFile(source: SourceText, readings: KeptReadings | undefined): Promise<ReadFile> {
  const kept = await readings?.find(source);
  if (kept !== undefined) return { units: kept, errors: [], isKept: true };
  const { statements, errors } = await readSchemaFile(source);
  return { units: statements.map(schemaUnit), errors, isKept: false };
}

async function keep(schema: readonly SourceText[], files: readonly ReadFile[], readings: KeptReadings): Promise<void> {
  const fresh = schema.flatMap((source, at) => {
    const file = files[at];
    return file === undefined || file.isKept ? [] : [{ source, units: file.units }];
  });
  for (const { source, units } of fresh) await readings.keep(source, units);
  if (fresh.length > 0) await readings.tidy(schema);
}
