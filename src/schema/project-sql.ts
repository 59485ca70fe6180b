import { createHash } from "node:crypto";
import type { AppError } from "../errors/index.ts";
import type { Tree } from "../project/index.ts";
import type { AssemblyInput } from "./assembly.ts";
import { coreVersion } from "./core.ts";
import { readFunctionSources } from "./declared.ts";
import { readMigrations, type Migration } from "./migration.ts";
import { readSchemaSources } from "./schema-folder.ts";
import { readSources, type SourceText } from "./source-text.ts";
import { throwAll } from "./throw-all.ts";
import { decisiveTexts } from "./translated-source.ts";

/** All SQL text of a project that an assembly applies, read but not parsed. */
export interface ProjectSql {
  readonly migrations: readonly Migration[];
  readonly functions: readonly SourceText[];
  /** Files of schema/: declared objects, edited in place. */
  readonly schema: readonly SourceText[];
  /** Empty where they are not loaded. */
  readonly seeds: readonly SourceText[];
  /** Files of seeds/ that development would load, and that it was told not to. */
  readonly leftOut: readonly string[];
  /** SHA-256 over all that decides what the database becomes. */
  readonly hash: string;
  /** The same without functions/: what decides on tables and all else that is declared in schema/. */
  readonly declaredHash: string;
  /** The same of the seeds; null where they are not loaded. */
  readonly seedHash: string | null;
}

/** Reads the project's files; what no reader is there for is refused (WD401, WD402, WD421, WD422), all at once. */
export async function readProjectSql(input: AssemblyInput): Promise<ProjectSql> {
  const { tree, mode } = input;
  const errors: AppError[] = [];
  const { sources: functions, errors: unknown } = await readFunctionSources(tree, input.translate);
  errors.push(...unknown);
  throwAll(errors);
  const migrations = await readMigrations(tree);
  const schema = await readSchemaSources(tree);
  const isSeeded = mode === "development" && input.seeds !== false;
  const seedPaths = mode === "development" ? await listSeeds(tree) : [];
  const seeds = isSeeded ? await readSources(tree, seedPaths) : [];
  const head = { core: coreVersion(), roles: input.roles, steps: input.steps?.fingerprint ?? "" };
  const declared = [...migrations.map((migration) => migration.source), ...schema];
  const hash = hashOf(head, [...declared, ...functions.flatMap(decisiveTexts)]);
  return {
    ...{ migrations, functions, schema, seeds, hash },
    declaredHash: hashOf(head, declared),
    leftOut: isSeeded ? [] : seedPaths,
    seedHash: isSeeded ? hashOf({}, seeds) : null,
  };
}

/** seeds/1_x.sql before seeds/10_x.sql: numbers within names compare as numbers. */
async function listSeeds(tree: Tree): Promise<readonly string[]> {
  const entries = await tree.list("seeds/**/*.sql");
  const collator = new Intl.Collator("en", { numeric: true });
  return entries.map((entry) => entry.path).toSorted((one, other) => collator.compare(one, other));
}

function hashOf(head: object, texts: readonly SourceText[]): string {
  const hash = createHash("sha256").update(JSON.stringify(head));
  for (const { file, text } of texts) hash.update(`\0${file}\0${text.length}\0${text}`);
  return hash.digest("hex");
}
