import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { assembleProject, openDatabase, openProject } from "../../src/application/index.ts";
import { binary, exampleProject } from "../cli.ts";
import { median, type Figure } from "../figure.ts";
import { batches } from "./sizes.ts";

const rounds = 3;

/**
 * `howdah plan` as a person runs it, on a server that runs already: of so many declared tables, after a day's edits in their
 * files; the second time, and after one more edit.
 */
export async function commandFigures({ tables, atMost }: CommandOptions): Promise<readonly Figure[]> {
  await using project = await exampleProject("guestbook");
  const { folder } = project;
  for (const other of ["schema", "functions", "pages", "seeds"]) await rm(join(folder, other), { recursive: true });
  await mkdir(join(folder, "schema"));
  const texts = batches(tables);
  for (const [number, text] of texts.entries()) await save(folder, number, text);
  const opened = await openProject(folder);
  await using database = await openDatabase(opened);
  await assembleProject(opened, database, { mode: "development" });
  await save(folder, 0, edited(texts[0] ?? ""));
  await timed(folder);
  const again = await repeated(() => timed(folder));
  const after = await repeated(async (round) => {
    await save(folder, 0, edited(texts[0] ?? "").replace("nick text", `nick text, more${round} text`));
    return await timed(folder);
  });
  const name = `howdah plan of ${tables} tables`;
  return [
    { name: `${name}, asked again`, value: again.ms, unit: "ms", bar: { atMost } },
    { name: `${name}, asked again, memory of the command`, value: again.megabytes, unit: "MB", bar: { atMost: 500 } },
    { name: `${name}, after one more edit`, value: after.ms, unit: "ms", bar: { atMost } },
    {
      name: `${name}, after one more edit, memory of the command`,
      value: after.megabytes,
      unit: "MB",
      bar: { atMost: 500 },
    },
  ];
}

interface CommandOptions {
  readonly tables: number;
  /** The bar, in milliseconds. */
  readonly atMost: number;
}

function save(folder: string, number: number, text: string): Promise<void> {
  return writeFile(join(folder, "schema", `s${number}.sql`), `${text};\n`);
}

/** What a day's work changes in the first file. */
function edited(text: string): string {
  const blocks = text.split("create table ");
  const change = (number: number, from: string, to: string): void => {
    blocks[number + 1] = (blocks[number + 1] ?? "").replace(from, () => to);
  };
  change(1, "data jsonb", "data jsonb,\n      nick text");
  change(2, "created_at timestamptz not null", "created_at timestamptz");
  change(4, "data jsonb", "data jsonb,\n      constraint named check (name <> '')");
  change(
    5,
    "create index on s0.t5 (created_at)",
    "create index on s0.t5 (created_at);\n    create index on s0.t5 (parent_id)",
  );
  change(6, "amount numeric(12,2)", "amount numeric(12,2) default 1");
  change(7, "select name from s0.t7", "select upper(name) from s0.t7");
  change(8, "select id, name, status from", "select id, name, status, amount from");
  return blocks.join("create table ").replace("'done')", "'done', 'gone')");
}

/** What one command took. */
interface Taken {
  readonly ms: number;
  /** The most that it held at a time. */
  readonly megabytes: number;
}

async function repeated(work: (round: number) => Promise<Taken>): Promise<Taken> {
  const taken: Taken[] = [];
  for (let round = 0; round < rounds; round++) taken.push(await work(round));
  return { ms: median(taken.map(({ ms }) => ms)), megabytes: median(taken.map(({ megabytes }) => megabytes)) };
}

async function timed(folder: string): Promise<Taken> {
  const started = performance.now();
  const child = spawn(process.execPath, [binary, "plan", "--json"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let problem = "";
  child.stderr.on("data", (chunk: Buffer) => (problem += chunk.toString()));
  const peak = watchPeak(child.pid);
  const [code] = (await once(child, "exit")) as [number | null];
  // 2: there is something to do.
  if (code !== 0 && code !== 2) throw new Error(`howdah plan ended with ${code}: ${problem}`);
  return { ms: performance.now() - started, megabytes: peak() };
}

/** The most that a process has held, asked for again and again until it has ended. */
function watchPeak(pid: number | undefined): () => number {
  let kilobytes = Number.NaN;
  const look = (): void => {
    const found = /^VmHWM:\s+(\d+)/m.exec(readStatus(pid))?.[1];
    if (found !== undefined) kilobytes = Number(found);
  };
  const timer = setInterval(look, 20);
  return () => {
    clearInterval(timer);
    return kilobytes / 1000;
  };
}

function readStatus(pid: number | undefined): string {
  try {
    return readFileSync(`/proc/${pid}/status`, "utf8");
  } catch {
    return "";
  }
}
