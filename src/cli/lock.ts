import type { Command } from "commander";
import { changeOptions } from "./extension-report.ts";
import { openShellProject } from "./session.ts";
import type { Shell } from "./shell.ts";

/** `howdah lock`. */
export function configure(command: Command, shell: Shell): void {
  command
    .option("--check", "change nothing and ask nobody; exit code 3 when howdah.lock does not answer howdah.toml")
    .option("--json", "as JSON")
    .action((options: { readonly check?: boolean }) => lock(options, shell));
}

async function lock({ check }: { readonly check?: boolean }, shell: Shell): Promise<void> {
  const project = await openShellProject(shell);
  const { checkExtensionsLock, fetchExtensions } = await import("../application/index.ts");
  if (check !== true) await fetchExtensions(project, changeOptions(shell));
  shell.progress.clear();
  const names = await checkExtensionsLock(project);
  if (shell.json) shell.printJson({ extensions: names });
  else shell.note(shell.err.dim(`howdah.lock answers howdah.toml (extensions: ${names.join(", ") || "none"})`));
}
