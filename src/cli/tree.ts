import type { Command } from "commander";
import type { ExtensionNode } from "../application/index.ts";
import { openShellProject } from "./session.ts";
import type { Shell } from "./shell.ts";

/** `howdah tree`. */
export function configure(command: Command, shell: Shell): void {
  command
    .option("--json", "as JSON")
    .addHelpText("after", "\nFrom howdah.toml and howdah.lock; starts nothing.")
    .action(() => tree(shell));
}

async function tree(shell: Shell): Promise<void> {
  const project = await openShellProject(shell);
  const { extensionTree } = await import("../application/index.ts");
  const nodes = await extensionTree(project);
  if (shell.json) shell.printJson({ extensions: nodes });
  else for (const node of nodes) tell(node, "", shell);
  if (nodes.length === 0) shell.note(shell.err.dim("no extensions: howdah add NAME adds one"));
}

function tell({ name, version, source, requires }: ExtensionNode, indent: string, shell: Shell): void {
  shell.print(`${indent}${shell.out.bold(name)}${version === null ? "" : ` ${version}`}  ${shell.out.dim(source)}`);
  for (const need of requires) tell(need, `${indent}  `, shell);
}
