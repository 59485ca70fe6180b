import type { Command } from "commander";
import type { AssemblyAction, AssemblyPlan, Project, ProjectStatus } from "../application/index.ts";
import { AppError } from "../errors/index.ts";
import { actionLines, summary } from "./assembly-text.ts";
import { modeOf, openShellDatabase, openShellProject } from "./session.ts";
import type { Shell } from "./shell.ts";
import { columns } from "./text.ts";

/** `howdah status`. */
export function configure(command: Command, shell: Shell): void {
  command
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      "\nStarts nothing. Which migrations have run, and what would change, is known while Postgres runs;\n" +
        "`howdah migrate --plan` starts it.",
    )
    .action(() => status(shell));
}

async function status(shell: Shell): Promise<void> {
  const project = await openShellProject(shell);
  const { projectStatus } = await import("../application/index.ts");
  const found = await projectStatus(project);
  const plan = await planWhereRunning(project, found, shell).catch((error: unknown) => {
    if (error instanceof AppError) return error;
    throw error;
  });
  if (shell.json) tellJson(found, plan, shell);
  else tell(found, plan, shell);
  // What is known helps to mend what is wrong: it is told first.
  if (plan instanceof AppError) throw plan;
}

/** Undefined where Postgres is not running; an error where files and database can't be compared. */
type Compared = AssemblyPlan | AppError | undefined;

function tellJson(found: ProjectStatus, plan: Compared, shell: Shell): void {
  const pending = plan instanceof AppError ? undefined : plan?.actions;
  shell.printJson({ ...found, pending: pending satisfies readonly AssemblyAction[] | undefined });
}

function tell(found: ProjectStatus, plan: Compared, shell: Shell): void {
  for (const line of columns(rows(found, plan, shell))) shell.print(line);
  if (plan === undefined || plan instanceof AppError || plan.actions.length === 0) return;
  shell.print("");
  for (const line of actionLines(plan, shell.out)) shell.print(`  ${line}`);
}

/** What an assembly would do now; undefined when Postgres would have to be started to know. */
async function planWhereRunning(
  project: Project,
  { postgres }: ProjectStatus,
  shell: Shell,
): Promise<AssemblyPlan | undefined> {
  if (postgres.cluster !== undefined && postgres.cluster.kind !== "running") return undefined;
  const { planProject } = await import("../application/index.ts");
  await using database = await openShellDatabase(shell, project);
  return await planProject(project, database, { mode: modeOf(project) });
}

function rows(found: ProjectStatus, plan: Compared, shell: Shell): readonly (readonly string[])[] {
  const { bold, dim } = shell.out;
  return [
    [dim("project"), `${bold(found.name)}  ${dim(found.root)}`],
    [dim("environment"), found.environment],
    [dim("postgres"), postgresText(found.postgres, shell)],
    [
      dim("server"),
      found.server === undefined ? dim("not running") : `${found.server.url}  ${dim(serverText(found.server))}`,
    ],
    [dim("capabilities"), found.capabilities.join(", ")],
    ...(found.migrations === undefined ? [] : [[dim("migrations"), migrationsText(found.migrations)]]),
    [dim("files"), plan === undefined ? dim("not compared: Postgres is not running") : filesText(plan)],
  ];
}

const shownMigrations = 5;

/** "2 have run, the newest migrations/2_b.sql; not yet: migrations/3_c.sql" */
function migrationsText({ applied, pending, newest }: NonNullable<ProjectStatus["migrations"]>): string {
  const ran =
    newest === undefined ? "none has run" : `${applied} ${applied === 1 ? "has" : "have"} run, the newest ${newest}`;
  if (pending.length === 0) return ran;
  const more = pending.length > shownMigrations ? ` and ${pending.length - shownMigrations} more` : "";
  return `${ran}; not yet: ${pending.slice(0, shownMigrations).join(", ")}${more}`;
}

function filesText(plan: AssemblyPlan | AppError): string {
  if (plan instanceof AppError) return `not compared: ${plan.code}`;
  return plan.actions.length === 0 ? "up to date" : `not in the database yet: ${summary(plan)}`;
}

function serverText(server: NonNullable<ProjectStatus["server"]>): string {
  return `${server.mode}, process ${server.pid}`;
}

function postgresText({ provider, requested, locked, cluster }: ProjectStatus["postgres"], shell: Shell): string {
  if (cluster === undefined) return `reached by a url`;
  const version = locked ?? requested;
  const state = cluster.kind === "running" ? `running on port ${cluster.port}, process ${cluster.pid}` : cluster.kind;
  return `${version}  ${shell.out.dim(`${provider}, ${state}`)}`;
}
