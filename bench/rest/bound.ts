import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Target } from "../../src/postgres/index.ts";
import { targetEnv } from "../../src/postgres/index.ts";

/**
 * Transactions a second of pgbench, which runs the same two statements as a request, prepared and in pipeline mode: what
 * Postgres itself can do. NaN where there is no pgbench.
 */
export async function pgbench(target: Target, sql: string, seconds: number): Promise<number> {
  const program = findPgbench();
  if (program === undefined) return Number.NaN;
  const folder = await mkdtemp(join(tmpdir(), "howdah-pgbench-"));
  try {
    const script = join(folder, "request.sql");
    await writeFile(script, `\\startpipeline\n${setup};\n${sql};\n\\endpipeline\n`);
    const args = ["-n", "-M", "prepared", "-c", "10", "-j", "1", "-T", String(seconds), "-f", script];
    const { stdout, stderr } = spawnSync(program, args, {
      encoding: "utf8",
      env: { ...process.env, ...targetEnv(target) },
    });
    const rate = Number(/^tps = ([\d.]+)/m.exec(stdout)?.[1]);
    if (Number.isNaN(rate)) throw new Error(stderr);
    return rate;
  } finally {
    await rm(folder, { recursive: true });
  }
}

const setup = `select set_config('search_path', 'public', true), set_config('role', 'bench_anon', true),
  set_config('request.jwt.claims', '{"role":"bench_anon"}', true), set_config('request.method', 'GET', true),
  set_config('request.path', '/', true), set_config('request.headers', '{"host":"127.0.0.1:3000"}', true),
  set_config('request.cookies', '{}', true)`.replaceAll(/\s+/g, " ");

function findPgbench(): string | undefined {
  const root = "/usr/lib/postgresql";
  const majors = existsSync(root) ? readdirSync(root) : [];
  return majors.map((major) => join(root, major, "bin", "pgbench")).find((path) => existsSync(path));
}
