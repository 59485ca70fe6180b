import type { Command } from "commander";
import { changeOptions } from "./extension-report.ts";
import { openShellProject } from "./session.ts";
import type { Shell } from "./shell.ts";
import { columns } from "./text.ts";

/** `howdah outdated`. */
export function configure(command: Command, shell: Shell): void {
  command
    .option("--json", "as JSON")
    .addHelpText("after", "\nhowdah update takes the newest that howdah.toml allows (wanted).")
    .action(() => outdated(shell));
}

async function outdated(shell: Shell): Promise<void> {
  const project = await openShellProject(shell);
  const { outdatedExtensions } = await import("../application/index.ts");
  const found = await outdatedExtensions(project, changeOptions(shell));
  shell.progress.clear();
  if (shell.json) {
    shell.printJson({ outdated: found });
    return;
  }
  if (found.length === 0) shell.note(shell.err.dim("all extensions are the newest"));
  const rows = found.map(({ name, locked, wanted, newest }) => [shell.out.bold(name), locked, wanted, newest]);
  const { dim } = shell.out;
  const head = [dim("extension"), dim("locked"), dim("wanted"), dim("newest")];
  if (found.length > 0) for (const line of columns([head, ...rows])) shell.print(line);
}
