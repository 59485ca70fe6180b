import type { Command } from "commander";
import type { AssemblyAction, AssemblyPlan, Project, ProjectStatus } from "../application/index.ts";
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
      "\nStarts nothing. What would change is known while Postgres runs; `howdah migrate --plan` starts it.",
    )
    .action(() => status(shell));
}

async function status(shell: Shell): Promise<void> {
  const project = await openShellProject(shell);
  const { projectStatus } = await import("../application/index.ts");
  const found = await projectStatus(project);
  const plan = await planWhereRunning(project, found, shell);
  if (shell.json) {
    shell.printJson({ ...found, pending: plan?.actions satisfies readonly AssemblyAction[] | undefined });
    return;
  }
  for (const line of columns(rows(found, plan, shell))) shell.print(line);
  if (plan !== undefined && plan.actions.length > 0) {
    shell.print("");
    for (const line of actionLines(plan, shell.out)) shell.print(`  ${line}`);
  }
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

function rows(found: ProjectStatus, plan: AssemblyPlan | undefined, shell: Shell): readonly (readonly string[])[] {
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
    [dim("files"), plan === undefined ? dim("not compared: Postgres is not running") : filesText(plan)],
  ];
}

function filesText(plan: AssemblyPlan): string {
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
