import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Command } from "commander";
import type { Trash } from "../application/index.ts";
import { AppError } from "../errors/index.ts";
import { openShellDatabase, openShellProject } from "./session.ts";
import type { Shell } from "./shell.ts";
import { count } from "./text.ts";

/** `howdah schema pull | adopt | trash | diff`. */
export function configure(command: Command, shell: Shell): void {
  command
    .command("pull")
    .summary("write the files of schema/ and functions/ from the database")
    .description(
      "Write the files of schema/ and functions/ from what the database holds, so that it can be edited there.",
    )
    .option("--force", "overwrite files that are there")
    .option("--json", "as JSON")
    .action((options: { readonly force?: boolean }) => pull(options, shell));
  command
    .command("adopt")
    .summary("move tables from migrations to schema/")
    .description("Write files of schema/ that take over tables, views, sequences or types that migrations have made.")
    .argument("<name...>", "account (of public), or with its schema: crm.account")
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      "\nThe database is not changed; the migrations stay, and from the next howdah migrate on the files count.",
    )
    .action((names: readonly string[]) => adopt(names, shell));
  command
    .command("trash")
    .summary("list dropped tables and columns that are still kept")
    .description("List the dropped tables and columns whose rows [schema] trash still keeps, or put one back.")
    .option("--restore <number>", "write its rows back into the table, or its values into the column, of its name")
    .option("--json", "as JSON")
    .action((options: { readonly restore?: string }) => trash(options, shell));
  command
    .command("diff")
    .summary("print the SQL that turns one database into another")
    .description("Compare the schemas of two databases, and print the statements that turn the first into the second.")
    .argument("<from>", "postgres:// url of the database as it is")
    .argument("<to>", "postgres:// url of the database as it should be")
    .option("--json", "as JSON")
    .addHelpText("after", "\nBoth are only read. Losses are printed like everything else: read before you run it.")
    .action((from: string, to: string) => diff(from, to, shell));
}

async function pull({ force }: { readonly force?: boolean }, shell: Shell): Promise<void> {
  const project = await openShellProject(shell);
  const { pullSchema } = await import("../application/index.ts");
  await using database = await openShellDatabase(shell, project);
  const files = await pullSchema(project, database);
  if (force !== true) await refuseExisting(project.root, [...files.keys()]);
  for (const [file, text] of files) await write(join(project.root, file), text);
  tell(files, `${count(files.size, "file")}; howdah migrate takes over what they say`, shell);
}

async function adopt(names: readonly string[], shell: Shell): Promise<void> {
  const project = await openShellProject(shell);
  const { adoptSchema } = await import("../application/index.ts");
  await using database = await openShellDatabase(shell, project);
  const files = await adoptSchema(project, database, names);
  // Types and sequences share a file: what stands there stays.
  for (const [file, text] of files) await append(join(project.root, file), text);
  tell(files, "edit them from now on, in place; howdah plan shows what that does", shell);
}

async function trash({ restore }: { readonly restore?: string }, shell: Shell): Promise<void> {
  const project = await openShellProject(shell);
  const { listTrash, putBack } = await import("../application/index.ts");
  await using database = await openShellDatabase(shell, project);
  if (restore !== undefined) {
    const rows = await putBack(database, restore);
    if (shell.json) shell.printJson({ rows });
    else shell.print(`${count(rows, "row")} put back`);
    return;
  }
  const kept = await listTrash(database);
  if (shell.json) shell.printJson(kept);
  else for (const one of kept) shell.print(lineOf(one));
}

function lineOf({ id, kind, name, rows, keptUntil }: Trash): string {
  return `${id}  ${kind} ${name}  ${count(rows, "row")}  kept until ${keptUntil.toISOString().slice(0, 16).replace("T", " ")}`;
}

function tell(files: ReadonlyMap<string, string>, last: string, shell: Shell): void {
  if (shell.json) shell.printJson({ files: [...files.keys()] });
  else {
    for (const file of files.keys()) shell.print(file);
    shell.note(shell.err.dim(last));
  }
}

/** All of them ahead of the first that is written: half a schema is none. */
async function refuseExisting(root: string, files: readonly string[]): Promise<void> {
  const found = await Promise.all(
    files.map(async (file) => ((await textOf(join(root, file))) === undefined ? [] : [file])),
  );
  const existing = found.flat();
  if (existing.length === 0) return;
  throw new AppError(
    "WD009",
    `${existing[0]} exists already${existing.length > 1 ? `, and ${existing.length - 1} more` : ""}`,
    {
      hint: "move it away, or overwrite what is there with --force; nothing was written",
    },
  );
}

async function textOf(path: string): Promise<string | undefined> {
  return await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    return undefined;
  });
}

async function append(path: string, text: string): Promise<void> {
  const before = await textOf(path);
  await write(path, before === undefined ? text : `${before.trimEnd()}\n\n${text}`);
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

async function diff(from: string, to: string, shell: Shell): Promise<void> {
  const { diffDatabases } = await import("../application/index.ts");
  const { parseUrl } = await import("../postgres/index.ts");
  const found = await diffDatabases(parseUrl(from), parseUrl(to));
  const { statements } = found;
  if (shell.json) shell.printJson({ statements, unmodelled: found.unmodelled });
  else for (const statement of statements) shell.print(`${statement.trim()};`);
  for (const line of found.unmodelled) shell.note(`can't be compared: ${line}`);
}
