// Inserts rows as fast as it can and prints the id of each one that Postgres acknowledged; goes on through restarts.
import { once } from "node:events";
import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { connect, type Connection } from "../../src/postgres/index.ts";
import { type ClusterOptions, startCluster } from "../../src/provision/index.ts";

const name = process.argv[2] ?? "writer";
const [line] = (await once(createInterface(process.stdin), "line")) as [string];
const cluster = await startCluster(JSON.parse(line) as ClusterOptions);
let session: Connection | undefined;
for (let count = 0; ; count++) {
  const id = `${name}.${count}`;
  try {
    session ??= await connect(cluster.admin, { connectTimeoutMs: 1000 });
    await session.query({ text: "insert into written values ($1)", values: [id] });
    writeSync(1, `${id}\n`);
  } catch {
    await session?.close().catch(() => {});
    session = undefined;
    await pause(20);
  }
}
