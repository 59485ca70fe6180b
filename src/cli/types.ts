import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, relative, resolve } from "node:path";
import type { Command } from "commander";
import type { Project, ProjectDatabase } from "../application/index.ts";
import { AppError } from "../errors/index.ts";
import { reportError } from "./report.ts";
import { openShellDatabase, openShellProject } from "./session.ts";
import type { Shell } from "./shell.ts";

interface TypesOptions {
  readonly out: string;
  readonly schema?: readonly string[];
  readonly check?: boolean;
  readonly watch?: boolean;
}

/** `howdah types`. */
export function configure(command: Command, shell: Shell): void {
  command
    .option("-o, --out <file>", "where to write them, from the project's folder; - prints them", "types/database.ts")
    .option("-s, --schema <name...>", "only these schemas (default: all of the project's own)")
    .option("--check", "write nothing; exit code 1 when the file is out of date")
    .option("-w, --watch", "write them again after each change, until Ctrl-C")
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      '\nTypes of what the files say, in the shape of supabase-js and postgrest-js: Database, Tables<"name">,\n' +
        'Enums<"name"> … The project\'s own database is neither changed nor asked.',
    )
    .action((options: TypesOptions) => types(options, shell));
}

async function types(options: TypesOptions, shell: Shell): Promise<void> {
  const project = await openShellProject(shell);
  await using database = await openShellDatabase(shell, project);
  if (options.watch === true) {
    await watch(project, database, options, shell);
    shell.exit(0);
    return;
  }
  await write(project, database, options, shell);
}

async function write(project: Project, database: ProjectDatabase, options: TypesOptions, shell: Shell): Promise<void> {
  const { projectTypes } = await import("../application/index.ts");
  const text = await projectTypes(project, database, {
    schemas: options.schema,
    onStep: (step) => shell.progress.step(step),
  });
  shell.progress.clear();
  if (options.out === "-") {
    shell.print(text.trimEnd());
    return;
  }
  const path = resolve(project.root, options.out);
  const file = relative(project.root, path).replaceAll("\\", "/");
  const changed = (await readFile(path, "utf8").catch(() => undefined)) !== text;
  if (changed && options.check === true) throw outOfDate(file);
  if (changed) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  if (shell.json) shell.printJson({ file, changed });
  else if (changed) shell.print(file);
  else shell.note(shell.err.dim(`${file} is up to date`));
}

function outOfDate(file: string): AppError {
  return new AppError("WD478", `${file} is not what the schema is`, { hint: "howdah types writes it anew" });
}

/** What is wrong with the project is told, and the last good file stays. */
async function watch(project: Project, database: ProjectDatabase, options: TypesOptions, shell: Shell): Promise<void> {
  let last = Promise.resolve();
  const again = (): void => {
    last = last
      .then(() => write(project, database, options, shell))
      .catch((error: unknown) => reportError(error, shell));
  };
  again();
  await project.tree.watch(({ paths }) => {
    if (paths.some((path) => /^(?:migrations|schema|functions|packages)\//.test(path))) again();
  }, shell.signal);
  const { untilAborted } = await import("./until.ts");
  await untilAborted(shell.signal);
  await last;
}
