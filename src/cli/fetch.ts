import type { Command } from "commander";
import { changeOptions } from "./extension-report.ts";
import { modeOf, openShellProject } from "./session.ts";
import type { Shell } from "./shell.ts";

/** `howdah fetch`. */
export function configure(command: Command, shell: Shell): void {
  command
    .option("--json", "as JSON")
    .addHelpText("after", "\nPostgres and its extensions, for an image or for work without a network. Starts nothing.")
    .action(() => fetchAll(shell));
}

async function fetchAll(shell: Shell): Promise<void> {
  const project = await openShellProject(shell);
  const { checkExtensionsLock, fetchExtensions } = await import("../application/index.ts");
  await fetchExtensions(project, { ...changeOptions(shell), frozen: modeOf(project) === "production" });
  shell.progress.clear();
  const names = await checkExtensionsLock(project);
  if (shell.json) shell.printJson({ extensions: names });
  else shell.print(names.length === 0 ? "Postgres is there" : `there: ${names.join(", ")}`);
}
