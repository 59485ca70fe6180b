import type { Command } from "commander";
import type { DatabaseContents } from "../application/index.ts";
import { summary } from "./assembly-text.ts";
import { confirm } from "./confirm.ts";
import { requireDevelopment } from "./development-only.ts";
import { shellLog } from "./log.ts";
import { openShellDatabase, openShellProject } from "./session.ts";
import type { Shell } from "./shell.ts";
import { bytes, count } from "./text.ts";

interface ResetOptions {
  readonly yes?: boolean;
}

/** `howdah reset`. */
export function configure(command: Command, shell: Shell): void {
  command
    .option("-y, --yes", "don't ask")
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      "\nSays what it drops and asks first. Only for a Postgres that howdah provisioned, outside of production.",
    )
    .action((options: ResetOptions) => reset(options, shell));
}

async function reset(options: ResetOptions, shell: Shell): Promise<void> {
  const project = await openShellProject(shell);
  const { assembleProject, databaseContents, dropProjectDatabase } = await import("../application/index.ts");
  // Before anything is started or asked: the answer would not matter.
  requireDevelopment("reset", project);
  const dropped = await (async () => {
    await using database = await openShellDatabase(shell, project);
    const contents = await databaseContents(database);
    await confirm(`Drop ${describe(contents)}?`, options.yes, shell);
    await dropProjectDatabase(project, database);
    return contents;
  })();
  await using database = await openShellDatabase(shell, project);
  shell.progress.step("assembling");
  const report = await assembleProject(project, database, {
    mode: "development",
    log: await shellLog(shell, "development"),
  });
  if (shell.json) shell.printJson({ dropped, assembled: { ...report, warnings: undefined } });
  else shell.note(`dropped ${describe(dropped)}; assembled ${summary(report)}`);
}

function describe(contents: DatabaseContents): string {
  const rows = contents.rows === 0 ? "" : `, about ${count(contents.rows, "row")}`;
  return `the database "${contents.database}" (${count(contents.relations, "relation")}${rows}, ${bytes(contents.bytes)})`;
}
