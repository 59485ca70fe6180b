import { open } from "node:fs/promises";
import { devNull } from "node:os";
import { resolve } from "node:path";
import type { Command } from "commander";
import type { DatabaseContents, Project, ProjectDatabase } from "../application/index.ts";
import { AppError } from "../errors/index.ts";
import { requireProgram, runProgram } from "./client-program.ts";
import { confirm } from "./confirm.ts";
import { requireDevelopment } from "./development-only.ts";
import { openShellDatabase, openShellProject } from "./session.ts";
import { setAside, type SetAside } from "./set-aside.ts";
import type { Shell } from "./shell.ts";
import { count } from "./text.ts";

interface RestoreOptions {
  readonly replace?: boolean;
  readonly yes?: boolean;
}

/** `howdah restore file`. */
export function configure(command: Command, shell: Shell): void {
  command
    .argument("<file>", "what `howdah dump` wrote, or plain SQL ending in .sql")
    .option("--replace", "drop what is in the database first (development)")
    .option("-y, --yes", "don't ask")
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      "\nIt is restored as a whole, or nothing has changed: what --replace drops goes only after success.",
    )
    .action((file: string, options: RestoreOptions) => restore(resolve(shell.folder, file), options, shell));
}

async function restore(file: string, options: RestoreOptions, shell: Shell): Promise<void> {
  const format = await formatOf(file);
  const project = await openShellProject(shell);
  if (options.replace === true) requireDevelopment("restore --replace", project);
  // Held until the end: the cluster would stop between one step and the next.
  await using before = await openShellDatabase(shell, project);
  const replaced = await makeRoom(project, before, { ...options, format }, shell);
  try {
    await using database = await openShellDatabase(shell, project);
    await runRestore(format, file, database, shell);
    const { relations } = await contentsOf(database);
    if (shell.json) shell.printJson({ file, relations });
    else shell.note(`restored ${count(relations, "relation")} from ${file}`);
  } catch (error) {
    await replaced?.putBack();
    throw error;
  }
  await replaced?.drop();
}

async function runRestore(format: Format, file: string, database: ProjectDatabase, shell: Shell): Promise<void> {
  const program = await requireProgram(programOf(format), database, shell);
  shell.progress.step("restoring");
  const code = await runProgram(program, programArguments(format, file, database), database.admin, shell, "ignore");
  if (code !== 0) {
    throw new AppError("WD007", `the restore failed with exit code ${code}`, { detail: "nothing was changed" });
  }
}

type Format = "custom" | "plain";

/** Reads the first bytes: custom dumps begin with PGDMP; plain SQL is told by its name. */
async function formatOf(file: string): Promise<Format> {
  await using handle = await open(file).catch((cause: NodeJS.ErrnoException) => {
    throw new AppError("WD011", `"${file}" can't be opened`, { detail: cause.message, cause });
  });
  const { buffer } = await handle.read(Buffer.alloc(5), 0, 5, 0);
  if (buffer.toString("latin1") === "PGDMP") return "custom";
  if (file.endsWith(".sql")) return "plain";
  throw new AppError("WD011", `"${file}" is no dump`, { hint: "plain SQL is taken when its name ends in .sql" });
}

function programArguments(format: Format, file: string, database: ProjectDatabase): readonly string[] {
  if (format === "plain")
    return [
      "--no-psqlrc",
      "--quiet",
      `--output=${devNull}`,
      "--set",
      "ON_ERROR_STOP=1",
      "--single-transaction",
      "--file",
      file,
    ];
  const owner = ["--no-owner", `--role=${database.roles.owner}`];
  return ["--single-transaction", "--exit-on-error", ...owner, `--dbname=${database.admin.database}`, file];
}

/** An empty database is restored into; one that is not steps aside after a yes, until the restore has succeeded. */
async function makeRoom(
  project: Project,
  database: ProjectDatabase,
  options: RestoreOptions & { readonly format: Format },
  shell: Shell,
): Promise<SetAside | undefined> {
  // Ahead of the question: without the program the answer would not matter.
  await requireProgram(programOf(options.format), database, shell);
  const { database: name, relations } = await contentsOf(database);
  if (relations === 0) return undefined;
  if (options.replace !== true) {
    throw new AppError("WD012", `the database "${name}" holds ${count(relations, "relation")} already`, {
      hint: "`howdah restore --replace` drops them first",
    });
  }
  const { homeOf, refuseSecondServer } = await import("../application/index.ts");
  await refuseSecondServer(homeOf(project));
  await confirm(`Drop the database "${name}" with its ${count(relations, "relation")}?`, options.yes, shell);
  return setAside(database);
}

async function contentsOf(database: ProjectDatabase): Promise<DatabaseContents> {
  const { databaseContents } = await import("../application/index.ts");
  return databaseContents(database);
}

function programOf(format: Format): "pg_restore" | "psql" {
  return format === "custom" ? "pg_restore" : "psql";
}
