// Adds, uses and removes each extension against the true sources, one project each; prints a row of docs/trust.md for each.
//
//     node test/live/extensions.ts [18|17|15] [embedded|deb] [NAME…]
//
// HOWDAH_CACHE decides what is cold. Not part of the suite: sources change, and the network with them.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { projectFolder } from "../support/folder.ts";
import { howdah, type Ended } from "../cli/howdah.ts";

/** One query that only works with the extension, and what it has to answer. */
const uses: Readonly<Record<string, readonly [string, RegExp]>> = {
  vector: ["select '[1,2,3]'::vector <-> '[1,2,5]'::vector as answer", /\n *2\n/],
  pg_cron: ["select count(*) from (select cron.schedule('nightly', '0 3 * * *', 'select 1')) as job", /\n *1\n/],
  pg_ivm: [
    "create table base (a int); select pgivm.create_immv('view_of_base', 'select a from base'); insert into base values (7); select a as answer from view_of_base",
    /\n *7\n/,
  ],
  pgtap: ["select no_plan(); select is(1, 1, 'one is one') as answer", /ok 1 - one is one/],
  plpgsql_check: [
    "create function f() returns void language plpgsql as 'begin perform no_such_thing; end'; select * from plpgsql_check_function('f()')",
    /no_such_thing/,
  ],
  pg_uuidv7: ["select substr(uuid_generate_v7()::text, 15, 1) as answer", /\n *7\n/],
  hypopg: [
    "create table indexed (a int); select count(*) from hypopg_create_index('create index on indexed (a)')",
    /\n *1\n/,
  ],
  http: ["select urlencode('a b') as answer", /a(?:\+|%20)b/],
  age: ["set search_path = ag_catalog, public; select count(*) from create_graph('people')", /\n *1\n/],
  timescaledb: [
    "create table metric (at timestamptz not null, v int); select count(*) from create_hypertable('metric', 'at')",
    /\n *1\n/,
  ],
  pljs: [
    "create function add(a int, b int) returns int language pljs as 'return a + b'; select add(1, 2) as answer",
    /\n *3\n/,
  ],
  postgis: ["select st_astext(st_point(1, 2)) as answer", /POINT\(1 2\)/],
  hstore: ["select ('a=>1'::hstore) -> 'a' as answer", /\n *1\n/],
};

/** What goes before the extension can. */
const undo: Readonly<Record<string, string>> = {
  pg_ivm: "drop table view_of_base cascade; drop table base",
  age: "set search_path = ag_catalog, public; select count(*) from drop_graph('people', true)",
  timescaledb: "drop table metric",
  pljs: "drop function add(int, int)",
};

const [major = "18", provider = "embedded", ...names] = process.argv.slice(2);
const chosen = names.length === 0 ? Object.keys(uses) : names;
for (const name of chosen) process.stdout.write(`${await row(name)}\n`);

async function row(name: string): Promise<string> {
  await using made = await projectFolder("howdah-live-");
  const cwd = made.folder;
  const postgres = `{ version = "${major}", provider = "${provider}", deb = { accept_expired = true } }`;
  await writeFile(join(cwd, "howdah.toml"), `name = "live"\npostgres = ${postgres}\n[server]\nport = 0\n`);
  const run = (...args: readonly string[]): Promise<Ended> => howdah(args, { cwd });
  const started = performance.now();
  const added = await run("add", name, "--json");
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (added.code !== 0) return cells(name, major, provider, "-", seconds, firstLines(added.stderr));
  const report = JSON.parse(added.stdout) as { readonly added: readonly { readonly version: string }[] };
  const [query = "", expected = /./] = uses[name] ?? [];
  const used = await run("psql", "--builtin", "-c", query);
  const worked = used.code === 0 && expected.test(used.stdout);
  const undone = undo[name] === undefined ? undefined : await run("psql", "--builtin", "-c", undo[name]);
  const removed = await run("remove", name);
  const outcome = [
    worked ? "used" : `not used: ${firstLines(used.stderr || used.stdout)}`,
    undone === undefined || undone.code === 0 ? "" : `not undone: ${firstLines(undone.stderr)}`,
    removed.code === 0 ? "removed" : `not removed: ${firstLines(removed.stderr)}`,
  ];
  return cells(
    name,
    major,
    provider,
    report.added[0]?.version ?? "",
    seconds,
    outcome.filter((text) => text !== "").join(", "),
  );
}

function cells(...texts: readonly string[]): string {
  return `| ${texts.join(" | ")} |`;
}

function firstLines(text: string): string {
  const lines = text
    .split("\n")
    .filter((line) => line.trim() !== "" && !/^(?:starting|looking|linking|downloading|restarting) /.test(line));
  return lines.slice(0, 3).join("; ");
}
