import type { Log } from "../capability/index.ts";
import { recordAddress, refuseSecondServer } from "./address.ts";
import type { Project, ProjectDatabase } from "./application.ts";
import { homeOf } from "./home.ts";
import { serveWorker } from "./project-worker.ts";
import { refusePending } from "./refuse-pending.ts";

/**
 * What the process above several servers of one project does ahead of them: asks once what each would ask, and holds the
 * worker that runs functions, so that it outlives each of them.
 *
 * @throws AppError WD042 for a database that lacks what the files say, WD045 when the project is served already
 */
export async function prepareServers(project: Project, database: ProjectDatabase, log: Log): Promise<void> {
  await refuseSecondServer(homeOf(project));
  await refusePending(project, database);
  await serveWorker(project, database, { log, mode: "production" });
}

/** Records where they serve, in the name of this process; returns what takes the record back. Throws WD045. */
export async function recordServers(project: Project, url: string): Promise<() => Promise<void>> {
  return await recordAddress(homeOf(project), { pid: process.pid, url, mode: "production" });
}
