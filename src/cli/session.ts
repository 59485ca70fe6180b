import { stat } from "node:fs/promises";
import type { Project, ProjectDatabase } from "../application/index.ts";
import { AppError } from "../errors/index.ts";
import { warn } from "./report.ts";
import type { Shell } from "./shell.ts";

export type Mode = "development" | "production";

/** The project around the shell's folder, read and checked; nothing runs yet. Throws WD010, WD1xx. */
export async function openShellProject(shell: Shell, mode: Mode = "development"): Promise<Project> {
  const { findProject } = await import("../project/index.ts");
  await requireFolder(shell.folder);
  const root = await findProject(shell.folder);
  const { openProject } = await import("../application/index.ts");
  return openProject(root, { mode, env: shell.env });
}

/** Its database, reachable; what happens meanwhile is shown as progress. */
export async function openShellDatabase(shell: Shell, project: Project): Promise<ProjectDatabase> {
  const { openDatabase } = await import("../application/index.ts");
  const database = await openDatabase(project, {
    onStep: (step) => shell.progress.step(step),
    onProgress: (progress) => shell.progress.download(progress),
    signal: shell.signal,
  });
  shell.progress.clear();
  for (const warning of database.warnings) warn(warning, shell);
  return database;
}

/** "production" where HOWDAH_ENV (also in the project's .env) says so. */
export function modeOf(project: Project): Mode {
  return project.config.environment === "production" ? "production" : "development";
}

/** Throws WD010 unless -C names a folder. */
export async function requireFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() === true) return;
  throw new AppError("WD010", `the folder "${folder}" ${found === undefined ? "doesn't exist" : "is a file"}`);
}
