import { resolve } from "node:path";
import type { Command } from "commander";
import { changeOptions } from "./extension-report.ts";
import { openShellProject } from "./session.ts";
import type { Shell } from "./shell.ts";

/** `howdah bundle`. */
export function configure(command: Command, shell: Shell): void {
  command
    .argument("<folder>", "one that is not there yet")
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      "\nFor a server that howdah does not run: share/ goes into its SHAREDIR, lib/ into its PKGLIBDIR, root/ has libraries that\n" +
        "Debian's extensions need, postgresql.conf the settings. The server has to be of the same major and make.",
    )
    .action((folder: string) => bundle(folder, shell));
}

async function bundle(folder: string, shell: Shell): Promise<void> {
  const project = await openShellProject(shell);
  const { bundleExtensions } = await import("../application/index.ts");
  const target = resolve(shell.folder, folder);
  const found = await bundleExtensions(project, target, changeOptions(shell));
  shell.progress.clear();
  if (shell.json)
    shell.printJson({ folder: target, extensions: found.map(({ name, version }) => ({ name, version })) });
  else for (const { name, version } of found) shell.print(`${shell.out.bold(name)} ${version}`);
}
