import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { assembleProject, openDatabase, openProject } from "../src/application/index.ts";
import type { Connection } from "../src/postgres/index.ts";
import { exampleProject } from "./cli.ts";
import { median, type Figure } from "./figure.ts";

const rounds = 5;
const calls = 500;

/** The same two functions in each language: one that adds, and one that asks the database. */
const files: Readonly<Record<string, string>> = {
  "plain.sql": `create function plain_add(a int) returns int language plpgsql as $$ begin return a + 1; end $$;
create function plain_ask(a int) returns int language plpgsql as $$
begin
  return (select count(*) from note where note.id = a);
end $$;`,
  "typed.ts": `import { sql, type integer } from "howdah/sql";
export function typed_add(a: integer): integer {
  return a + 1;
}
export function typed_ask(a: integer): integer {
  const [row] = sql<{ count: number }>\`select count(*)::int as count from note where note.id = \${a}\`;
  return row?.count ?? 0;
}`,
  "snake.py": `from howdah import sql

def snake_add(a: int) -> int:
    return a + 1

def snake_ask(a: int) -> int:
    return sql("select count(*)::int as count from note where note.id = $1", a)[0]["count"]
`,
};

const languages = [
  ["typed", "TypeScript in the worker"],
  ["snake", "Python in the worker"],
] as const;

/** Calls a second of one backend, of functions in the worker beside the same ones in PL/pgSQL. */
export async function languageFigures(): Promise<readonly Figure[]> {
  await using project = await exampleProject("polyglot");
  const { folder } = project;
  await rm(join(folder, "functions"), { recursive: true });
  for (const other of ["pages", "seeds"]) await rm(join(folder, other), { recursive: true });
  await mkdir(join(folder, "functions"));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, "functions", name), text);
  const opened = await openProject(folder);
  await using database = await openDatabase(opened);
  await assembleProject(opened, database, { mode: "development" });
  await using connection = await database.connectOwner();
  return await measure(connection);
}

async function measure(connection: Connection): Promise<readonly Figure[]> {
  const names = ["plain", ...languages.map(([name]) => name)].flatMap((name) => [`${name}_add`, `${name}_ask`]);
  const measured = new Map(names.map((name): [string, number[]] => [name, []]));
  for (const name of names) await rate(connection, name);
  // They take turns, so that a noisy moment meets them all.
  for (let round = 0; round < rounds; round++) {
    for (const name of names) measured.get(name)?.push(await rate(connection, name));
  }
  const middle = (name: string): number => median(measured.get(name) ?? []);
  return languages.flatMap(([name, title]) => [
    figure(`calls of a function: ${title}`, middle(`${name}_add`), middle("plain_add")),
    figure(`calls of a function that asks for a row: ${title}`, middle(`${name}_ask`), middle("plain_ask")),
  ]);
}

function figure(name: string, value: number, beside: number): Figure {
  return { name, value, unit: "calls/s", beside: { name: "PL/pgSQL", value: beside } };
}

async function rate(connection: Connection, name: string): Promise<number> {
  const text = `select sum(${name}(n)) from generate_series(1, ${calls}) as n`;
  const started = performance.now();
  await connection.query({ text, values: [] });
  return (calls * 1000) / (performance.now() - started);
}
