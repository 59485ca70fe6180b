import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import { AppError } from "../errors/index.ts";
import { nextVersion } from "./new-version.ts";
import type { Shell } from "./shell.ts";
import { requireFolder } from "./session.ts";

/** `howdah new migration NAME`, `howdah new test NAME`: files that have a shape of their own. */
export function configure(command: Command, shell: Shell): void {
  command
    .command("migration")
    .summary("create the next migration file")
    .description("Create the next file in migrations/, numbered or dated as those that are there.")
    .argument("<name...>", "what changes, e.g. add deleted_at")
    .option("--json", "as JSON")
    .action((words: readonly string[]) => newMigration(words.join(" "), shell));
  command
    .command("test")
    .summary("create a file of tests")
    .description("Create a file of tests in tests/: SQL, or TypeScript with --ts.")
    .argument("<name...>", "what is tested, e.g. account")
    .option("--ts", "TypeScript, with node:test")
    .option("--json", "as JSON")
    .action((words: readonly string[], options: NewTestOptions) => newTest(words.join(" "), options, shell));
}

interface NewTestOptions {
  readonly ts?: boolean;
}

async function newTest(name: string, { ts = false }: NewTestOptions, shell: Shell): Promise<void> {
  const { findProject } = await import("../project/index.ts");
  await requireFolder(shell.folder);
  const root = await findProject(shell.folder);
  await mkdir(join(root, "tests"), { recursive: true });
  const file = `tests/${fileName(name)}${ts ? ".test.ts" : ".sql"}`;
  try {
    await writeFile(join(root, file), ts ? newScript(name) : newSqlTest(name), { flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    throw new AppError("WD009", `${file} exists already`);
  }
  if (shell.json) shell.printJson({ file });
  else shell.print(file);
}

function newSqlTest(name: string): string {
  return `-- What stands here runs first in every test below; each has a database of its own, and may commit.

-- @test ${name}
select 1 + 1 = 2 as "one and one are two";
select test.equal(1 + 1, 2);
`;
}

function newScript(name: string): string {
  return `import assert from "node:assert/strict";
import { test } from "node:test";
import { testDatabase } from "howdah/testing";

test(${JSON.stringify(name)}, async (t) => {
  const db = await testDatabase(t);
  const [row] = await db.sql\`select 1 + 1 as two\`;
  assert.deepEqual(row, { two: 2 });
});
`;
}

async function newMigration(name: string, shell: Shell): Promise<void> {
  const { findProject } = await import("../project/index.ts");
  await requireFolder(shell.folder);
  const root = await findProject(shell.folder);
  const folder = join(root, "migrations");
  await mkdir(folder, { recursive: true });
  const version = nextVersion(await readdir(folder), new Date());
  const file = `migrations/${version}_${fileName(name)}.sql`;
  // wx: two branches on one machine may ask in the same second, and neither file may be lost.
  await writeFile(join(root, file), newText(name), { flag: "wx" });
  if (shell.json) shell.printJson({ file, version });
  else shell.print(file);
}

/** Commented out: SQL that is appended to the file must not land in the part that only `--redo` runs. */
function newText(name: string): string {
  return `-- ${name}\n\n\n-- For howdah migrate --redo (development): uncomment, and write below it what undoes the above.\n-- -- @down\n`;
}

/** "Add deleted-at" → "add_deleted_at"; throws WD008. */
function fileName(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[\s_-]+/g, "_")
    .replace(/^_+|_+$/g, "");
  if (/^[a-z0-9_]+$/.test(plain)) return plain;
  throw new AppError("WD008", `"${name}" can't be part of a file name`, {
    hint: 'letters, digits, spaces, - and _: for example "add deleted_at"',
  });
}
