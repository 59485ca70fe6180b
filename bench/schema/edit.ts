import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { exampleProject, start } from "../cli.ts";
import { median, type Figure } from "../figure.ts";

const tables = 100;
const routines = 200;
const rounds = 10;
/** The page is asked for this often: what is measured is later by as much, and every 2 ms would keep half a processor busy. */
const askMs = 10;

/** From a saved file under `howdah run` to what it changes, among a hundred declared tables and two hundred routines. */
export async function editFigures(): Promise<readonly Figure[]> {
  await using project = await exampleProject("guestbook");
  const { folder } = project;
  await mkdir(join(folder, "schema"), { recursive: true });
  for (let n = 0; n < tables; n++) await saveTable(folder, n, 0);
  for (let n = 0; n < routines; n++) await saveRoutine(folder, n, 0);
  await page(
    folder,
    "columns",
    "select count(*) as value from pg_catalog.pg_attribute where attrelid = 'public.bench_t7'::regclass and attnum > 3",
  );
  await page(folder, "routine", "select public.bench_f7(0) as value");
  await using running = await start("run", folder);
  const name = `${tables} tables, ${routines} routines:`;
  return [
    {
      name: `${name} saved function → callable over HTTP`,
      value: await times(`${running.url}/routine`, (round) => saveRoutine(folder, 7, round)),
      unit: "ms",
      bar: { atMost: 150 },
    },
    {
      name: `${name} saved table → column over HTTP`,
      value: await times(`${running.url}/columns`, (round) => saveTable(folder, 7, round)),
      unit: "ms",
      bar: { atMost: 500 },
    },
  ];
}

/** Milliseconds from the save until the page shows the round. */
async function times(url: string, save: (round: number) => Promise<void>): Promise<number> {
  const taken: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    const savedAt = performance.now();
    await save(round);
    while (!(await body(url)).includes(`>${round}<`)) await pause(askMs);
    taken.push(performance.now() - savedAt);
  }
  return median(taken);
}

function saveTable(folder: string, n: number, columns: number): Promise<void> {
  const extra = Array.from({ length: columns }, (_, at) => `,\n  extra${at} integer`).join("");
  return writeFile(
    join(folder, "schema", `bench_t${n}.sql`),
    `create table bench_t${n} (
  id bigint generated always as identity primary key,
  name text not null,
  price numeric${extra}
);
create index bench_t${n}_name on bench_t${n} (name);
alter table bench_t${n} enable row level security;
`,
  );
}

function saveRoutine(folder: string, n: number, round: number): Promise<void> {
  return writeFile(
    join(folder, "functions", `bench_f${n}.sql`),
    `create function bench_f${n}(wanted bigint) returns numeric language plpgsql set search_path = '' as $$
begin
  return ${round} + wanted;
end $$;
grant execute on function bench_f${n}(bigint) to anon;
`,
  );
}

async function page(folder: string, name: string, query: string): Promise<void> {
  await writeFile(join(folder, "pages", `${name}.html`), `<p>{{${name}.value}}</p>\n`);
  await writeFile(join(folder, "pages", `${name}.query.sql`), `-- @name ${name} :one\n${query};\n`);
}

async function body(url: string): Promise<string> {
  const response = await fetch(url);
  return response.text();
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
