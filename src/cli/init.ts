import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { writeEditorSchema } from "./editor-schema.ts";
import { createFiles } from "./init/create.ts";
import { projectName } from "./init/name.ts";
import { readTemplate } from "./init/read-template.ts";
import type { Shell } from "./shell.ts";
import { count } from "./text.ts";

interface InitOptions {
  readonly name?: string;
}

/** `howdah init [folder]`. */
export function configure(command: Command, shell: Shell): void {
  command
    .argument("[folder]", "where to create it; made if need be", ".")
    .option("--name <name>", "name of the project (default: that of the folder)")
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      "\nExisting files are never overwritten. A README.md, AGENTS.md or .gitignore is kept; if any other file is in the\n" +
        "way, nothing is written.",
    )
    .action((folder: string, options: InitOptions) => init(resolve(shell.folder, folder), folder, options, shell));
}

async function init(root: string, given: string, options: InitOptions, shell: Shell): Promise<void> {
  const name = projectName(root, options.name);
  const { created, kept } = await createFiles(root, await readTemplate(name));
  await writeEditorSchema(root);
  // Data and secrets of this machine must not be committed because somebody else wrote .gitignore.
  if (kept.includes(".gitignore")) await writeFile(join(root, ".howdah/.gitignore"), "*\n");
  const next = nextCommands(given, shell.env);
  if (shell.json) {
    shell.printJson({ name, root, files: created, kept, next });
    return;
  }
  shell.note(
    `\n  ${shell.err.bold(name)} is ready: ${count(created.length, "file")} in ${given === "." ? root : given}\n`,
  );
  if (kept.length > 0) shell.note(`  left as ${kept.length === 1 ? "it was" : "they were"}: ${kept.join(", ")}\n`);
  for (const line of next) shell.note(`  ${shell.err.cyan(line)}`);
  shell.note("");
}

/** What to type next: through npx where this was. */
function nextCommands(folder: string, env: NodeJS.ProcessEnv): readonly string[] {
  const run = env["npm_command"] === "exec" ? "npx howdah run" : "howdah run";
  return folder === "." ? [run] : [`cd ${quoted(folder)}`, run];
}

function quoted(folder: string): string {
  return /^[\w./~@%+-]+$/.test(folder) ? folder : `'${folder.replaceAll("'", `'\\''`)}'`;
}
