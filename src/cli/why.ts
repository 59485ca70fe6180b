import type { Command } from "commander";
import { openShellProject } from "./session.ts";
import type { Shell } from "./shell.ts";

/** `howdah why`. */
export function configure(command: Command, shell: Shell): void {
  command
    .argument("<extension>", "one that the project has")
    .option("--json", "as JSON")
    .action((name: string) => why(name, shell));
}

async function why(name: string, shell: Shell): Promise<void> {
  const project = await openShellProject(shell);
  const { whyExtension } = await import("../application/index.ts");
  const chains = await whyExtension(project, name);
  if (shell.json) shell.printJson({ chains });
  else for (const chain of chains) shell.print(["howdah.toml", ...chain].join(" → "));
}
