import { resolve } from "node:path";
import type { Command } from "commander";
import type { AssembleOptions, AssemblyPlan, ProjectPlan } from "../application/index.ts";
import { AppError } from "../errors/index.ts";
import { answering } from "./answer.ts";
import { actionLines, summary } from "./assembly-text.ts";
import { shellLog } from "./log.ts";
import { modeOf, openShellDatabase, openShellProject } from "./session.ts";
import type { Shell } from "./shell.ts";
import { duration } from "./text.ts";
import { besideLines, planJson, wholeSummary } from "./plan-text.ts";
import { tellObstacles, warn } from "./report.ts";

interface MigrateOptions {
  readonly plan?: boolean;
  readonly redo?: boolean;
  readonly allowOutOfOrder?: boolean;
  readonly seeds?: boolean;
  readonly takeOver?: boolean;
}

/** `howdah migrate`. */
export function configure(command: Command, shell: Shell): void {
  command
    .argument("[file]", "a plan that howdah plan --out has written: exactly this is done, or nothing")
    .option("--plan", "show what would be done, change nothing")
    .option("--redo", "run the newest migration again after an edit (development)")
    .option("--allow-out-of-order", "run migrations that are older than the newest applied one")
    .option("--seeds", "load seeds/ into a database that is reached by a url, too (development)")
    .option("--take-over", "go on with a database that a project of another name has assembled")
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      "\nEverything happens in one transaction: it is done as a whole, or nothing has changed. Large tables are an\n" +
        "exception ([schema] online_above): what would lock them for long is done ahead of it and behind it.",
    )
    .action((file: string | undefined, options: MigrateOptions) => migrate(file, options, shell));
}

async function migrate(file: string | undefined, options: MigrateOptions, shell: Shell): Promise<void> {
  const project = await openShellProject(shell);
  const { assembleProject, planProject, planWholeProject, readPlanFile } = await import("../application/index.ts");
  const mode = modeOf(project);
  if (options.seeds === true && mode === "production") throw seedsInProduction();
  await using database = await openShellDatabase(shell, project);
  const assembly: AssembleOptions = {
    mode,
    redoNewest: options.redo,
    allowOutOfOrder: options.allowOutOfOrder,
    seeds: options.seeds,
    takeOver: options.takeOver,
    log: await shellLog(shell, "development"),
    compare: true,
    expected: file === undefined ? undefined : await readPlanFile(resolve(shell.folder, file)),
    onWait: (text) => shell.note(text),
  };
  if (options.plan === true) {
    tellPlan(await planWholeProject(project, database, assembly), shell);
    return;
  }
  shell.progress.step("assembling");
  const report = await answering(
    () => assembleProject(project, database, assembly),
    {
      root: project.root,
      questions: async () => (await planProject(project, database, assembly)).questions ?? [],
    },
    shell,
  );
  shell.progress.clear();
  for (const warning of report.warnings) warn(warning, shell);
  if (shell.json) shell.printJson({ ...report, warnings: undefined });
  else tellLines(report, `${summary(report)} in ${duration(report.durationMs)}`, shell);
}

function seedsInProduction(): AppError {
  return new AppError("WD002", "--seeds is for development", {
    detail: "HOWDAH_ENV says production",
    hint: "data that every installation needs belongs in a migration",
  });
}

function tellPlan(plan: ProjectPlan, shell: Shell): void {
  for (const warning of plan.warnings) warn(warning, shell);
  if (shell.json) shell.printJson(planJson(plan));
  else {
    for (const line of besideLines(plan, shell.out)) shell.print(line);
    tellLines(plan, wholeSummary(plan), shell);
  }
  tellObstacles(plan, shell);
}

function tellLines(plan: AssemblyPlan, last: string, shell: Shell): void {
  for (const line of actionLines(plan, shell.out)) shell.print(line);
  shell.note(shell.err.dim(last));
}
