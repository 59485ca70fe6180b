import type { App, Capability, Finding } from "../capability/index.ts";
import { toAppError } from "../errors/index.ts";
import { connect } from "../postgres/index.ts";
import { abandonedFindings, clusterFindings } from "../provision/index.ts";
import { cacheRoot } from "../resolve/index.ts";
import type { Project, ProjectDatabase } from "./application.ts";
import { planProject } from "./assemble-project.ts";
import { createEvents } from "./events.ts";
import { silentLog } from "./log.ts";
import { homeOf } from "./home.ts";
import { openDatabase } from "./open-database.ts";
import { portFinding } from "./port-finding.ts";
import { trashFinding } from "./trash.ts";
import { openRequestPool } from "./request-pool.ts";

/**
 * What `howdah doctor` finds, from the ground up: the cluster's folder and processes, the server's port, then (when
 * nothing below is broken) the database, whether it is up to date, and what each capability asks for.
 */
export async function* projectFindings(project: Project): AsyncIterable<Finding> {
  let broken = false;
  for await (const finding of groundFindings(project)) {
    broken ||= finding.kind === "problem" && finding.fix === undefined;
    yield finding;
  }
  if (!broken) yield* databaseFindings(project);
}

async function* groundFindings(project: Project): AsyncIterable<Finding> {
  const { provider, version } = project.config.postgres;
  if (provider !== "url") {
    yield* clusterFindings(homeOf(project), { major: Number.parseInt(version, 10), cache: cacheRoot() });
    yield* abandonedFindings(homeOf(project));
  }
  yield await portFinding(project);
}

async function* databaseFindings(project: Project): AsyncIterable<Finding> {
  let database: ProjectDatabase;
  try {
    database = await openDatabase(project);
  } catch (thrown) {
    return yield unreachable(thrown);
  }
  try {
    yield { kind: "ok", name: "database", message: `PostgreSQL ${database.version} answers (${database.provider})` };
    yield await assemblyFinding(project, database);
    const trash = await trashFinding(database);
    if (trash !== undefined) yield trash;
    yield* capabilityFindings(project, database);
  } finally {
    await database.close();
  }
}

function unreachable(thrown: unknown): Finding {
  const error = toAppError(thrown);
  const message = error.detail === undefined ? error.message : `${error.message}: ${error.detail}`;
  return { kind: "problem", name: "database", message, hint: error.hint };
}

async function assemblyFinding(project: Project, database: ProjectDatabase): Promise<Finding> {
  const name = "assembly";
  try {
    const { actions } = await planProject(project, database, { mode: "production" });
    if (actions.length === 0) return { kind: "ok", name, message: "the database is up to date with the files" };
    const are = actions.length === 1 ? "change of the files is" : "changes of the files are";
    const message = `${actions.length} ${are} not in the database yet`;
    return { kind: "warning", name, message, hint: "howdah run or howdah migrate applies them" };
  } catch (thrown) {
    const { message, position, hint } = toAppError(thrown);
    const place = position === undefined ? "" : ` (${position.file}:${position.line}:${position.column})`;
    return { kind: "problem", name, message: `${message}${place}`, hint };
  }
}

async function* capabilityFindings(project: Project, database: ProjectDatabase): AsyncIterable<Finding> {
  const requests = openRequestPool(project, database, { applicationName: "howdah doctor" });
  const on = createEvents(silentLog).on;
  try {
    for (const { capability, settings } of project.capabilities) {
      const app: App = {
        config: project.config,
        settings,
        tree: project.tree,
        mode: "development",
        requests,
        connect: () => connect(database.service, { applicationName: "howdah doctor" }),
        listen: async () => {},
        log: silentLog,
        on,
      };
      yield* checksOf(capability, app);
    }
  } finally {
    await requests.close();
  }
}

/** A check that fails itself is a finding, and keeps nobody from the next. */
async function* checksOf(capability: Capability, app: App): AsyncIterable<Finding> {
  try {
    if (capability.checks !== undefined) yield* capability.checks(app);
  } catch (thrown) {
    const { message, hint } = toAppError(thrown);
    yield { kind: "problem", name: capability.name, message: `its check failed: ${message}`, hint };
  }
}
