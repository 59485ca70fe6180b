import type { Log } from "../capability/index.ts";
import { AppErrors, toAppError, type AppError } from "../errors/index.ts";
import type { LoadedCapability, Project } from "./application.ts";
import { written } from "./written.ts";

/**
 * Looks at the files that capabilities serve after a change (no paths: at the start), so that a broken page is told
 * without anybody asking for it. Resolves with what is wrong now.
 */
export function filesCheck(project: Project, log: Log): (paths: readonly string[]) => Promise<AppError | undefined> {
  const problems = new Map<LoadedCapability, readonly AppError[]>();
  const verifiers = project.capabilities.filter(({ capability }) => capability.verify !== undefined);
  return async (paths) => {
    if (paths.length === 0 || !paths.every(isSql)) {
      await written(
        project.tree,
        paths.filter((path) => path.startsWith("pages/")),
      );
      for (const loaded of verifiers) {
        const found = await problemsOf(loaded, project, log);
        if (found !== undefined) problems.set(loaded, found);
      }
    }
    return joined([...problems.values()].flat());
  };
}

/** What several looks found, as one error; undefined when all is well. */
export function joined(errors: readonly (AppError | undefined)[]): AppError | undefined {
  const [first, ...rest] = errors.flatMap((error) =>
    error instanceof AppErrors ? error.errors : error === undefined ? [] : [error],
  );
  return first === undefined || rest.length === 0 ? first : new AppErrors([first, ...rest]);
}

/** Undefined where a file went away meanwhile: its own change is told next, and is looked at then. */
async function problemsOf(
  { capability, settings }: LoadedCapability,
  { config, tree }: Project,
  log: Log,
): Promise<readonly AppError[] | undefined> {
  try {
    await capability.verify?.({ config, settings, mode: "development", log }, tree);
    return [];
  } catch (thrown) {
    const error = toAppError(thrown);
    return error.code === "WD121" ? undefined : [error];
  }
}

/** Only the assembly reads these: looking at everything else again would delay it. */
function isSql(path: string): boolean {
  return /^(?:migrations|functions|seeds|schema)\//.test(path);
}
