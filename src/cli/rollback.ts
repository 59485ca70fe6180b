import type { Command } from "commander";
import { changeOptions, tellExtensions } from "./extension-report.ts";
import { openShellProject } from "./session.ts";
import type { Shell } from "./shell.ts";

/** `howdah rollback`. */
export function configure(command: Command, shell: Shell): void {
  command
    .option("--no-database", "only howdah.toml and howdah.lock")
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      "\nBack to what howdah.toml and howdah.lock said of extensions before the last add, remove or update on this machine; again,\n" +
        "and it goes one further. Their files are in the cache still. What was created in the database stays there.",
    )
    .action((options: { readonly database: boolean }) => rollback(options, shell));
}

async function rollback(options: { readonly database: boolean }, shell: Shell): Promise<void> {
  const project = await openShellProject(shell);
  const { rollbackExtensions } = await import("../application/index.ts");
  tellExtensions(await rollbackExtensions(project, changeOptions(shell, options)), shell);
}
