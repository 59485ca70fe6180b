import type { Tree } from "../../project/index.ts";
import type { TestFailure } from "./event.ts";

/**
 * The failure with the texts of its files as they stand there: the source map of a database knows the definitions of
 * routines, and nothing of what stands around them.
 */
export async function withFileText(failure: TestFailure, tree: Tree): Promise<TestFailure> {
  const { position, calledFrom } = failure;
  const source = position === undefined ? undefined : await textOf(position.file, tree);
  const caller = calledFrom === undefined ? undefined : await textOf(calledFrom.position.file, tree);
  return {
    ...failure,
    source: source ?? failure.source,
    calledFrom: calledFrom && { position: calledFrom.position, source: caller ?? calledFrom.source },
  };
}

async function textOf(file: string, tree: Tree): Promise<string | undefined> {
  return (await tree.stat(file)) === undefined ? undefined : (await tree.read(file)).toString("utf8");
}
