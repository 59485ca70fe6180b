import type { Command } from "commander";
import { changeOptions, tellExtensions } from "./extension-report.ts";
import { openShellProject } from "./session.ts";
import type { Shell } from "./shell.ts";

/** `howdah update`. */
export function configure(command: Command, shell: Shell): void {
  command
    .argument("[extension...]", "names as howdah.toml has them; all without any")
    .option("--no-database", "only howdah.lock: the next assembly updates the database")
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      "\nThe database is brought along by alter extension … update, along its scripts, in one transaction.\n" +
        "`howdah rollback` goes back to the files of before; a database that was updated stays so.",
    )
    .action((names: readonly string[], options: { readonly database: boolean }) => update(names, options, shell));
}

async function update(names: readonly string[], options: { readonly database: boolean }, shell: Shell): Promise<void> {
  const project = await openShellProject(shell);
  const { updateExtensions } = await import("../application/index.ts");
  tellExtensions(await updateExtensions(project, names, changeOptions(shell, options)), shell);
}
