import type { AppError } from "../../errors/index.ts";
import type { Tree } from "../../project/index.ts";
import { readFunctionSources } from "../declared.ts";
import { readMigrations, type Migration } from "../migration.ts";
import { readSchemaSources } from "../schema-folder.ts";
import type { SourceText } from "../source-text.ts";
import { throwAll } from "../throw-all.ts";
import type { Translate } from "../translated-source.ts";

/** The text of all files that say what is to exist. */
export interface DesiredFiles {
  readonly migrations: readonly Migration[];
  readonly schema: readonly SourceText[];
  readonly functions: readonly SourceText[];
}

/** Reads them; throws what no reader is there for, all at once. */
export async function readFiles(tree: Tree, translate?: Translate): Promise<DesiredFiles> {
  const migrations = await readMigrations(tree);
  const schema = await readSchemaSources(tree);
  const { sources: functions, errors } = await readFunctionSources(tree, translate);
  const unknown: readonly AppError[] = errors;
  throwAll(unknown);
  return { migrations, schema, functions };
}
