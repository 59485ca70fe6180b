import { access } from "node:fs/promises";
import { join } from "node:path";
import type { Installation } from "../provision/index.ts";
import type { OpenDatabaseOptions, Project } from "./application.ts";
import { homeOf } from "./home.ts";
import { scratchUrl, startScratch, type Scratch } from "./scratch.ts";

const started = new WeakMap<Project, Promise<Scratch>>();

/**
 * Starts the scratch server of a project that has never had one, beside its own: the first assembly will ask for it, and two
 * servers start in little more time than one. What it answers with ends it, where nobody has asked.
 */
export async function startScratchAhead(
  project: Project,
  installation: Installation,
  options: OpenDatabaseOptions,
): Promise<AsyncDisposable> {
  const isKnown = await access(join(homeOf(project), "scratch")).then(
    () => true,
    () => false,
  );
  const none = { [Symbol.asyncDispose]: async () => {} };
  if (isKnown || scratchUrl() !== undefined || (await project.tree.list("schema/**/*.sql")).length === 0) return none;
  const scratch = startScratch(project, { ...options, major: installation.major, installation });
  // Whoever asks for it is told.
  scratch.catch(() => {});
  started.set(project, scratch);
  return {
    async [Symbol.asyncDispose]() {
      if (started.get(project) !== scratch) return;
      started.delete(project);
      await (await scratch.catch(() => undefined))?.[Symbol.asyncDispose]();
    },
  };
}

/** The server that was started ahead, if there is one: it is the caller's from now on. */
export function takeScratchAhead(project: Project): Promise<Scratch> | undefined {
  const scratch = started.get(project);
  started.delete(project);
  return scratch;
}
