import type { Command } from "commander";
import type { AssemblyReport, DatabaseContents, Project, ProjectDatabase } from "../application/index.ts";
import { AppError } from "../errors/index.ts";
import { summary } from "./assembly-text.ts";
import { confirm } from "./confirm.ts";
import { requireDevelopment } from "./development-only.ts";
import { shellLog } from "./log.ts";
import { openShellDatabase, openShellProject } from "./session.ts";
import type { Shell } from "./shell.ts";
import { bytes, count } from "./text.ts";

interface ResetOptions {
  readonly yes?: boolean;
  readonly empty?: boolean;
}

/** `howdah reset`. */
export function configure(command: Command, shell: Shell): void {
  command
    .option("-y, --yes", "don't ask")
    .option("--empty", "leave the database empty, for howdah restore")
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      "\nSays what it drops and asks first. Only for a Postgres that howdah provisioned, outside of production.\n" +
        "Where another major of PostgreSQL wrote the data, the whole cluster goes.",
    )
    .action((options: ResetOptions) => reset(options, shell));
}

async function reset(options: ResetOptions, shell: Shell): Promise<void> {
  const project = await openShellProject(shell);
  // Before anything is started or asked: the answer would not matter.
  requireDevelopment("reset", project);
  const dropped = await drop(project, options, shell);
  await using database = await openShellDatabase(shell, project);
  const report = options.empty === true ? undefined : await assemble(project, database, shell);
  const assembled = report === undefined ? "the database is empty" : `assembled ${summary(report)}`;
  if (shell.json) shell.printJson({ dropped, assembled: report && { ...report, warnings: undefined } });
  else shell.note(`dropped ${describe(dropped)}; ${assembled}`);
}

async function assemble(project: Project, database: ProjectDatabase, shell: Shell): Promise<AssemblyReport> {
  const { assembleProject } = await import("../application/index.ts");
  shell.progress.step("assembling");
  return assembleProject(project, database, { mode: "development", log: await shellLog(shell, "development") });
}

/** A cluster of another major can't be looked into: it goes as a whole, which WD371 names as one way on. */
interface DroppedCluster {
  readonly cluster: string;
  readonly major: number;
  readonly bytes: number;
}

async function drop(project: Project, options: ResetOptions, shell: Shell): Promise<DatabaseContents | DroppedCluster> {
  try {
    return await dropDatabase(project, options, shell);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "WD371") throw error;
    return dropCluster(project, options, shell);
  }
}

async function dropDatabase(project: Project, options: ResetOptions, shell: Shell): Promise<DatabaseContents> {
  const { databaseContents, dropProjectDatabase } = await import("../application/index.ts");
  await using database = await openShellDatabase(shell, project);
  const contents = await databaseContents(database);
  await confirm(`Drop ${describe(contents)}?`, options.yes, shell);
  await dropProjectDatabase(project, database);
  return contents;
}

async function dropCluster(project: Project, options: ResetOptions, shell: Shell): Promise<DroppedCluster> {
  const { clusterContents, dropProjectCluster } = await import("../application/index.ts");
  const { path = "", major = 0, bytes: size = 0 } = (await clusterContents(project)) ?? {};
  const dropped: DroppedCluster = { cluster: path, major, bytes: size };
  await confirm(`Drop ${describe(dropped)}?`, options.yes, shell);
  await dropProjectCluster(project);
  return dropped;
}

function describe(dropped: DatabaseContents | DroppedCluster): string {
  if ("cluster" in dropped) {
    return `the whole cluster of PostgreSQL ${dropped.major} with all of its databases (${dropped.cluster}, ${bytes(dropped.bytes)})`;
  }
  const rows = dropped.rows === 0 ? "" : `, about ${count(dropped.rows, "row")}`;
  return `the database "${dropped.database}" (${count(dropped.relations, "relation")}${rows}, ${bytes(dropped.bytes)})`;
}
