import { basename } from "node:path";
import { AppError } from "../../errors/index.ts";
import { checkProjectName, suggestProjectName } from "../../project/index.ts";

/** The name of a new project: as given, or made from its folder's. Throws WD107 for a given one that is no name. */
export function projectName(root: string, given: string | undefined): string {
  if (given === undefined) return suggestProjectName(basename(root));
  const problem = checkProjectName(given);
  if (problem === undefined) return given;
  throw new AppError("WD107", `"${given}" can't be the name of a project`, {
    detail: problem.problem,
    hint: `--name ${suggestProjectName(given)}`,
  });
}
