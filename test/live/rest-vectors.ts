// Adds pgvector from the true sources, and asks the REST interface of a project for the nearest vectors:
//
//     node test/live/rest-vectors.ts [18|17|15] [embedded|deb]
//
// HOWDAH_CACHE decides what is cold. Not part of the suite: sources change, and the network with them.
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { projectFolder } from "../support/folder.ts";
import { until } from "../support/until.ts";
import { howdahEnd, startHowdah } from "../support/running-howdah.ts";

const [major = "18", provider = "embedded"] = process.argv.slice(2);
await using made = await projectFolder("howdah-live-");
const cwd = made.folder;
await writeFile(
  join(cwd, "howdah.toml"),
  `name = "live"\npostgres = { version = "${major}", provider = "${provider}", deb = { accept_expired = true } }\n` +
    "[server]\nport = 0\n[rest]\norder_by_operator = true\nkeyset = true\n",
);
await howdahEnd(cwd, ["add", "vector"]);
await mkdir(join(cwd, "migrations"));
await writeFile(
  join(cwd, "migrations/1_item.sql"),
  `create table public.item (id int primary key, embedding vector(3) not null);
  insert into public.item values (1, '[1,0,0]'), (2, '[0,1,0]'), (3, '[0.9,0.1,0]'), (4, '[-1,0,0]');
  create index on public.item using hnsw (embedding vector_cosine_ops);
  alter table public.item enable row level security;
  create policy everything on public.item using (true);
  grant select on public.item to anon;\n`,
);
await using running = await startHowdah(cwd);
// It listens at once, and answers 503 until the schema was read.
await until("the schema was read", async () => (await fetch(`${running.url}/rest/v1/item?limit=0`)).status === 200);
for (const operator of ["<=>", "<->", "<#>"]) {
  const order = encodeURIComponent(`embedding.op(${operator})."[1,0,0]",id`);
  const response = await fetch(`${running.url}/rest/v1/item?select=id&order=${order}`);
  const body = await response.text();
  assert.equal(response.status, 200, body);
  const found = (JSON.parse(body) as readonly { readonly id: number }[]).map(({ id }) => id);
  assert.deepEqual(found, [1, 3, 2, 4], operator);
  process.stdout.write(`${operator} ${found.join(" ")}\n`);
}
