import { readFile, writeFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import type { Target } from "../src/postgres/index.ts";
import type { Figure } from "./figure.ts";
import { prepare, startOurs } from "./rest/ours.ts";
import { withServer } from "./server.ts";

/** What `howdah rest` holds at most while it answers, above what it holds without work: the process's own peak (Linux). */
export async function memoryFigures(): Promise<readonly Figure[]> {
  return await withServer(async (admin) => {
    const target = await prepare(admin);
    const figures: Figure[] = [];
    for (const { atMost, ...work } of works) {
      const value = await peakAboveIdle(target, work);
      figures.push({ name: work.name, value, unit: "MB", ...(atMost === undefined ? {} : { bar: { atMost } }) });
    }
    return figures;
  });
}

interface Work {
  readonly name: string;
  /** How often, one behind the other: what the collector leaves lying counts too. */
  readonly rounds: number;
  readonly atMost?: number;
  readonly ask: (url: string) => Promise<void>;
}

const works: readonly Work[] = [
  { name: "an insert of 1 MB", rounds: 1, atMost: 22, ask: (url) => insert(url, bodyOf(1e6)) },
  { name: "ten of them, one behind the other", rounds: 10, ask: (url) => insert(url, bodyOf(1e6)) },
  { name: "an insert of 10 MB", rounds: 1, atMost: 50, ask: (url) => insert(url, bodyOf(1e7)) },
  { name: "ten of them, one behind the other", rounds: 10, ask: (url) => insert(url, bodyOf(1e7)) },
  { name: "100,000 rows as NDJSON", rounds: 1, atMost: 25, ask: readLines },
  { name: "ten times 100,000 rows as NDJSON", rounds: 10, ask: readLines },
];

/** A process of its own for each, warm: what it loads once is none of the work's. */
async function peakAboveIdle(target: Target, { rounds, ask }: Pick<Work, "rounds" | "ask">): Promise<number> {
  await using server = await startOurs(target);
  await ready(server.url);
  for (let round = 0; round < 100; round++) await (await fetch(`${server.url}/customer?id=eq.1`)).text();
  await pause(2000);
  const idle = await kilobytes(server.pid, "VmRSS");
  // The peak begins anew (proc(5), clear_refs).
  await writeFile(`/proc/${server.pid}/clear_refs`, "5");
  for (let round = 0; round < rounds; round++) await ask(server.url);
  return ((await kilobytes(server.pid, "VmHWM")) - idle) / 1000;
}

async function ready(url: string): Promise<void> {
  while ((await fetch(`${url}/customer?limit=1`)).status !== 200) await pause(50);
}

async function kilobytes(pid: number, field: "VmRSS" | "VmHWM"): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(status)?.[1]);
}

/** A list of rows of about so many bytes, of ten rows a kilobyte. */
function bodyOf(bytes: number): string {
  const row = { author: "Ann", body: "x".repeat(55), rating: 5 };
  return JSON.stringify(Array.from({ length: Math.floor(bytes / (JSON.stringify(row).length + 1)) }, () => row));
}

async function insert(url: string, body: string): Promise<void> {
  const response = await fetch(`${url}/entry`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  if (response.status !== 201) throw new Error(`${response.status}: ${await response.text()}`);
}

async function readLines(url: string): Promise<void> {
  const response = await fetch(`${url}/purchase`, { headers: { accept: "application/x-ndjson" } });
  let rows = 0;
  for await (const part of response.body ?? []) for (const byte of part as Uint8Array) if (byte === 10) rows++;
  if (rows !== 100_000) throw new Error(`${rows} rows came`);
}
