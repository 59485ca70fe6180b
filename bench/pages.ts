import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { openDatabase, openProject } from "../src/application/index.ts";
import { connect, type Target } from "../src/postgres/index.ts";
import { exampleProject, start } from "./cli.ts";
import { median, type Figure } from "./figure.ts";
import { load } from "./load.ts";

const clients = 64;
const seconds = 5;
const rounds = 3;

/** A page that lists 20 rows, beside a hand-written server that does the same work on the same Postgres. */
export async function pageFigures(): Promise<readonly Figure[]> {
  await using project = await exampleProject("guestbook");
  {
    await using migrated = await start("run", project.folder);
    void migrated.url;
  }
  await using database = await openDatabase(await openProject(project.folder));
  await fill(database.admin);
  await using ours = await start("serve", project.folder);
  await using peer = await startPeer(database.authenticator, project.folder);
  await load(ours.url, clients, 2);
  await load(peer.url, clients, 2);
  const rates: { ours: number; peer: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    rates.push({ ours: await load(ours.url, clients, seconds), peer: await load(peer.url, clients, seconds) });
  }
  return [
    {
      name: "a page of 20 rows",
      value: median(rates.map((rate) => rate.ours)),
      unit: "requests/s",
      bar: { atLeastRatio: 1 },
      beside: { name: "hand-written Fastify + pg + Handlebars", value: median(rates.map((rate) => rate.peer)) },
    },
  ];
}

async function fill(target: Target): Promise<void> {
  await using connection = await connect(target);
  await connection.execute(`
    truncate public.entry;
    insert into public.entry (author, message, signed_at)
    select 'Author ' || n, 'Message number ' || n || ' of the guestbook', now() - n * interval '1 minute'
    from generate_series(1, 20) as n;
    analyze public.entry;
  `);
}

async function startPeer(target: Target, folder: string): Promise<{ readonly url: string } & AsyncDisposable> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "peer-page-main.ts")], {
    env: { ...process.env, PEER_TARGET: JSON.stringify(target), PEER_PAGES: join(folder, "pages") },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  return { url: line.toString().trim(), [Symbol.asyncDispose]: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  child.kill("SIGTERM");
  await once(child, "exit");
}
