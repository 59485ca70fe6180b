import { openDatabase, openProject } from "../src/application/index.ts";
import type { Target } from "../src/postgres/index.ts";
import { exampleProject } from "./cli.ts";

/** Runs the work against a cluster of its own with howdah's own settings, as its superuser. */
export async function withServer<T>(work: (admin: Target) => Promise<T>): Promise<T> {
  await using project = await exampleProject("guestbook");
  await using database = await openDatabase(await openProject(project.folder));
  return await work({ ...database.admin, database: "postgres" });
}
