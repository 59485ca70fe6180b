import type { Command } from "commander";
import { changeOptions } from "./extension-report.ts";
import { openShellProject } from "./session.ts";
import type { Shell } from "./shell.ts";

/** `howdah build`. */
export function configure(command: Command, shell: Shell): void {
  command
    .argument("<extension>", 'by the name that "create extension" takes')
    .option("--from <place>", "a folder, or a git URL (with #branch, #tag or #commit); default: what howdah.toml says")
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      "\nBy make (PGXS), against the headers of the server's major, which are fetched. Needs make and a C compiler. The project is\n" +
        "not changed: howdah add NAME --from PLACE does that.",
    )
    .action((name: string, options: { readonly from?: string }) => build(name, options, shell));
}

async function build(name: string, { from }: { readonly from?: string }, shell: Shell): Promise<void> {
  const project = await openShellProject(shell);
  const { buildProjectExtension } = await import("../application/index.ts");
  const built = await buildProjectExtension(project, name, from, changeOptions(shell));
  shell.progress.clear();
  if (shell.json) shell.printJson(built);
  else shell.print(`${shell.out.bold(built.name)} ${built.version}  ${shell.out.dim(built.folder)}`);
}
