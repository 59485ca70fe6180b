import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import pg from "pg";
import type { Tool } from "./tool.ts";

/** Names and exact versions: what the figures in docs/trust.md are about. */
export const packages = { migra: "@pgkit/migra@0.6.1", delta: "@supabase/pg-delta@1.0.0-alpha.34" } as const;

/** A folder of their own, since they bring 50 MB (another pg, zod, TypeScript) that nothing else here needs. */
export async function installPeers(): Promise<{ readonly folder: string } & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), "howdah-peers-"));
  await writeFile(join(folder, "package.json"), '{"private":true,"type":"module"}');
  const arguments_ = ["install", "--ignore-scripts", "--no-audit", "--no-fund", ...Object.values(packages)];
  const { status, stderr } = spawnSync("npm", arguments_, { cwd: folder, encoding: "utf8" });
  if (status !== 0) process.stderr.write(`the peers can't be installed, so they are left out:\n${stderr}\n`);
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

/** Those that are installed there. */
export async function loadPeers(folder: string): Promise<readonly Tool[]> {
  const loaded = await Promise.all([loadDelta(folder), loadMigra(folder)]);
  return loaded.filter((peer) => peer !== undefined);
}

interface Delta {
  extract(pool: pg.Pool): Promise<{ readonly factBase: unknown }>;
  plan(from: unknown, to: unknown, options: object): { readonly actions: readonly { readonly sql: string }[] };
  apply(
    plan: unknown,
    pool: pg.Pool,
    options: object,
  ): Promise<{ readonly status: string; readonly error?: { readonly message: string } }>;
}

async function loadDelta(folder: string): Promise<Tool | undefined> {
  const delta = await load<Delta>(folder, "@supabase/pg-delta/dist/index.js");
  if (delta === undefined) return undefined;
  const planned = async (from: pg.Pool, to: pg.Pool): Promise<ReturnType<Delta["plan"]>> => {
    const [source, desired] = [await delta.extract(from), await delta.extract(to)];
    return delta.plan(source.factBase, desired.factBase, { renames: "auto" });
  };
  return {
    name: packages.delta,
    plan: (from, to) =>
      between(from, to, async (one, other) => (await planned(one, other)).actions.map(({ sql }) => sql).join(";\n")),
    change: (from, to) =>
      between(from, to, async (one, other) => {
        const { status, error } = await delta.apply(await planned(one, other), one, { fingerprintGate: false });
        if (status !== "applied") throw new Error(error?.message ?? status);
      }),
  };
}

async function between<T>(from: string, to: string, work: (from: pg.Pool, to: pg.Pool) => Promise<T>): Promise<T> {
  const pools = [from, to].map((connectionString) => new pg.Pool({ connectionString, max: 4 }));
  try {
    return await work(pools[0] as pg.Pool, pools[1] as pg.Pool);
  } finally {
    await Promise.all(pools.map((pool) => pool.end()));
  }
}

interface Migra {
  readonly run: (from: string, to: string, options: object) => Promise<{ readonly sql: string }>;
}

async function loadMigra(folder: string): Promise<Tool | undefined> {
  const migra = await load<Migra>(folder, "@pgkit/migra/dist/index.js");
  if (migra === undefined) return undefined;
  const plan = async (from: string, to: string): Promise<string> =>
    (await migra.run(from, to, { unsafe: true, withPrivileges: true })).sql;
  return {
    name: packages.migra,
    plan,
    async change(from, to) {
      const text = await plan(from, to);
      const client = new pg.Client({ connectionString: from });
      await client.connect();
      try {
        await client.query(text);
      } finally {
        await client.end();
      }
    },
  };
}

async function load<T>(folder: string, path: string): Promise<T | undefined> {
  const module = (await import(pathToFileURL(join(folder, "node_modules", path)).href).catch(() => undefined)) as
    | (T & { readonly default?: T })
    | undefined;
  return module?.default ?? module;
}
