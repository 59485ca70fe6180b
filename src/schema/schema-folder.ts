import type { Tree } from "../project/index.ts";
import { readSources, type SourceText } from "./source-text.ts";

/** The files of schema/: declared objects, edited in place; their order means nothing. */
export async function readSchemaSources(tree: Tree): Promise<readonly SourceText[]> {
  const entries = await tree.list("schema/**/*.sql");
  const paths = entries.map((entry) => entry.path).toSorted();
  return await readSources(tree, paths);
}
