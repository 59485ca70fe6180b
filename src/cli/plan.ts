import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { setFlagsFromString } from "node:v8";
import type { Command } from "commander";
import type { AssemblyPlan } from "../application/index.ts";
import { planJson, planText } from "./plan-text.ts";
import { modeOf, openShellDatabase, openShellProject } from "./session.ts";
import { shellLog } from "./log.ts";
import type { Shell } from "./shell.ts";
import { tellObstacles, warn } from "./report.ts";

interface PlanOptions {
  readonly sql?: boolean;
  readonly out?: string;
  readonly reverse?: boolean;
  /** Undefined unless it was turned off. */
  readonly forecast?: boolean;
  readonly allowOutOfOrder?: boolean;
}

/** `howdah plan`. */
export function configure(command: Command, shell: Shell): void {
  command
    .option("--sql", "print the statements alone")
    .option("--out <file>", "write the plan into a file, for review and for howdah migrate FILE")
    .option("--reverse", "show the way back: from what the files say to what the database is now")
    .option("--no-forecast", "don't try the plan out: faster, but what it locks is not told")
    .option("--allow-out-of-order", "with migrations that are older than the newest applied one")
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      "\nNothing is changed. Exit code 3: something has to be answered in the files, or rows mended, first.",
    )
    .action((options: PlanOptions) => plan(options, shell));
}

async function plan(options: PlanOptions, shell: Shell): Promise<void> {
  const project = await openShellProject(shell);
  keepYoungGenerationSmall();
  const { planFileOf, planWholeProject } = await import("../application/index.ts");
  await using database = await openShellDatabase(shell, project);
  shell.progress.step("planning");
  const found = await planWholeProject(project, database, {
    mode: modeOf(project),
    allowOutOfOrder: options.allowOutOfOrder,
    // What was changed by hand since the files were applied is told as well.
    compare: true,
    reverse: options.reverse,
    forecast: options.forecast !== false,
    log: await shellLog(shell, "development"),
  });
  shell.progress.clear();
  for (const warning of found.warnings) warn(warning, shell);
  if (options.out !== undefined) await writeFile(resolve(shell.folder, options.out), planFileOf(found));
  if (shell.json) shell.printJson(planJson(found));
  else if (options.sql === true) shell.print(sqlOf(found));
  else for (const line of planText(found, shell.out)) shell.print(line);
  tellObstacles(found, shell);
  if (found.warnings.some(({ code }) => code === "WD465")) shell.exit(1);
  if ((found.questions ?? []).length + (found.obstacles ?? []).length > 0) shell.exit(3);
}

/**
 * Two models of five thousand tables survive their first collections, for which V8 would make room of 100 MB. This process
 * does nothing else: it needs no more than it has.
 */
function keepYoungGenerationSmall(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
}

function sqlOf(found: AssemblyPlan): string {
  return found.actions
    .flatMap((action) => (action.kind === "change" ? action.statements.map((statement) => `${statement.trim()};`) : []))
    .join("\n\n");
}
