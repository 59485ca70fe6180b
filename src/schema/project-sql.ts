import { createHash } from "node:crypto";
import type { AppError } from "../errors/index.ts";
import type { AssemblyInput } from "./assembly.ts";
import { coreVersion } from "./core.ts";
import { readFunctionSources } from "./declared.ts";
import { readMigrations, type Migration } from "./migration.ts";
import { undeclared } from "./schema-folder.ts";
import { readSource, type SourceText } from "./source-text.ts";
import { throwAll } from "./throw-all.ts";

/** All SQL text of a project that an assembly applies, read but not parsed. */
export interface ProjectSql {
  readonly migrations: readonly Migration[];
  readonly functions: readonly SourceText[];
  /** Empty in production. */
  readonly seeds: readonly SourceText[];
  /** SHA-256 over all that decides what the database becomes. */
  readonly hash: string;
  /** The same of the seeds; null in production, where they are not read. */
  readonly seedHash: string | null;
}

/** Reads the project's files; what no reader is there for is refused (WD401, WD402, WD421, WD422), all at once. */
export async function readProjectSql(input: AssemblyInput): Promise<ProjectSql> {
  const { tree, mode } = input;
  const errors: AppError[] = [...(await undeclared(tree))];
  const { sources: functions, errors: unknown } = await readFunctionSources(tree);
  errors.push(...unknown);
  throwAll(errors);
  const migrations = await readMigrations(tree);
  const seeds = mode === "development" ? await readSeedSources(input) : [];
  const head = { core: coreVersion(), roles: input.roles, steps: input.steps?.fingerprint ?? "" };
  const hash = hashOf(head, [...migrations.map((migration) => migration.source), ...functions]);
  return { migrations, functions, seeds, hash, seedHash: mode === "development" ? hashOf({}, seeds) : null };
}

/** seeds/1_x.sql before seeds/10_x.sql: numbers within names compare as numbers. */
async function readSeedSources(input: AssemblyInput): Promise<readonly SourceText[]> {
  const entries = await input.tree.list("seeds/**/*.sql");
  const collator = new Intl.Collator("en", { numeric: true });
  const paths = entries.map((entry) => entry.path).toSorted((one, other) => collator.compare(one, other));
  return await Promise.all(paths.map(async (path) => readSource(input.tree, path)));
}

function hashOf(head: object, texts: readonly SourceText[]): string {
  const hash = createHash("sha256").update(JSON.stringify(head));
  for (const { file, text } of texts) hash.update(`\0${file}\0${text.length}\0${text}`);
  return hash.digest("hex");
}
