import type { Command } from "commander";
import { changeOptions } from "./extension-report.ts";
import { openShellProject } from "./session.ts";
import type { Shell } from "./shell.ts";
import { columns } from "./text.ts";

/** `howdah search`. */
export function configure(command: Command, shell: Shell): void {
  command
    .argument("[word...]", "parts of its name, or of what it is for")
    .option("--json", "as JSON")
    .action((words: readonly string[]) => search(words, shell));
}

async function search(words: readonly string[], shell: Shell): Promise<void> {
  const project = await openShellProject(shell);
  const { searchExtensions } = await import("../application/index.ts");
  const found = await searchExtensions(project, words, changeOptions(shell));
  shell.progress.clear();
  if (shell.json) {
    shell.printJson({ extensions: found });
    return;
  }
  if (found.length === 0) shell.note(shell.err.dim("nothing found: howdah search without a word lists what is known"));
  const { bold, dim } = shell.out;
  const rows = found.map(({ name, version, source, summary }) => [
    bold(name),
    version ?? dim("not here"),
    dim(source ?? ""),
    summary,
  ]);
  for (const line of columns(rows)) shell.print(line);
}
