import type { Application, ProjectDatabase } from "../application/index.ts";

/** What `run --json` and `serve --json` print once requests are answered. */
export function readyEvent(
  application: Pick<Application, "project" | "url">,
  database: ProjectDatabase,
): Readonly<Record<string, unknown>> {
  const { version, provider, joined } = database;
  const { project, url } = application;
  return { event: "ready", name: project.config.name, url, pid: process.pid, postgres: { version, provider, joined } };
}
