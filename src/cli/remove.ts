import type { Command } from "commander";
import { changeOptions, tellExtensions } from "./extension-report.ts";
import { openShellProject } from "./session.ts";
import type { Shell } from "./shell.ts";

/** `howdah remove`. */
export function configure(command: Command, shell: Shell): void {
  command
    .argument("<extension...>", "names as howdah.toml has them")
    .option("--no-database", "only howdah.toml and howdah.lock: the database keeps what it has")
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      "\nRefused where another extension or anything in the database needs it. What only it needed goes with it.",
    )
    .action((names: readonly string[], options: { readonly database: boolean }) => remove(names, options, shell));
}

async function remove(names: readonly string[], options: { readonly database: boolean }, shell: Shell): Promise<void> {
  const project = await openShellProject(shell);
  const { removeExtensions } = await import("../application/index.ts");
  tellExtensions(await removeExtensions(project, names, changeOptions(shell, options)), shell);
}
