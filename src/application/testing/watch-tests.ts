import type { Project, ProjectDatabase } from "../application.ts";
import { written } from "../written.ts";
import { assembles } from "./assembled-hash.ts";
import type { TestOptions, TestSummary } from "./event.ts";
import { listTestFiles, testFile } from "./test-files.ts";
import { testProject } from "./test-project.ts";

/** How tests are watched. */
export interface WatchTestsOptions extends Omit<TestOptions, "signal"> {
  readonly signal: AbortSignal;
  /** Ahead of each run after the first: what has changed. */
  readonly onChange?: ((paths: readonly string[]) => void) | undefined;
  /** After each run: how it ended, or why it could not be made. */
  readonly onEnd: (result: TestSummary | Error) => void;
}

/**
 * Runs the tests, then again what each change may have touched, until the signal aborts: a file of tests alone when only
 * that has changed; the TypeScript tests when something they may import or serve has; all when the template has.
 */
export async function watchTests(
  project: Project,
  database: ProjectDatabase,
  options: WatchTestsOptions,
): Promise<void> {
  const { signal } = options;
  const changes = createChanges();
  await project.tree.watch(({ paths }) => changes.add(paths), signal);
  signal.addEventListener("abort", () => changes.add([]), { once: true });
  let chosen = options.paths;
  // eslint-disable-next-line no-unmodified-loop-condition -- the signal changes it
  while (!signal.aborted) {
    if (chosen === undefined || chosen.length > 0)
      options.onEnd(await attempt(project, database, { ...options, paths: chosen }));
    const paths = await changes.next();
    if (signal.aborted) return;
    await written(project.tree, paths);
    chosen = await touched(project, paths, options);
    if (chosen === undefined || chosen.length > 0) options.onChange?.(paths);
  }
}

async function attempt(
  project: Project,
  database: ProjectDatabase,
  options: TestOptions,
): Promise<TestSummary | Error> {
  try {
    return await testProject(project, database, options);
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}

/** The paths to run: undefined for all that was asked for, none where nothing is touched. */
async function touched(
  project: Project,
  paths: readonly string[],
  options: TestOptions,
): Promise<readonly string[] | undefined> {
  if (paths.some((path) => assembles(path, project, options.seeds === true))) return options.paths;
  const asked = await listTestFiles(project.tree, options.paths).catch(() => []);
  const others = paths.filter((path) => testFile(path) === undefined && !/^(?:seeds|types|\.)/.test(path));
  return asked
    .filter(({ path, language }) => paths.includes(path) || (language === "script" && others.length > 0))
    .map(({ path }) => path);
}

interface Changes {
  add(paths: readonly string[]): void;
  /** What has changed since it was asked last; waits for something to. */
  next(): Promise<readonly string[]>;
}

function createChanges(): Changes {
  const waiting = new Set<string>();
  let arrived = Promise.withResolvers<void>();
  return {
    add(paths) {
      for (const path of paths) waiting.add(path);
      arrived.resolve();
    },
    async next() {
      await arrived.promise;
      arrived = Promise.withResolvers();
      const paths = [...waiting];
      waiting.clear();
      return paths;
    },
  };
}
