import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deployPackages, readPackage, type DeployInput } from "../src/capabilities/index.ts";
import { connect, type Target } from "../src/postgres/index.ts";
import { median, type Figure } from "./figure.ts";
import { withServer } from "./server.ts";

const types = 50;
const functions = 500;
const rounds = 10;

/** A package of 500 functions and 50 types in 550 files: its first deployment, and one with nothing to do. */
export async function packageFigures(): Promise<readonly Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), "howdah-bench-"));
  try {
    return await withServer((admin) => measure(admin, folder));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(admin: Target, folder: string): Promise<readonly Figure[]> {
  const first: number[] = [];
  const unchanged: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    await writeFiles(folder, round);
    first.push(await deploy(admin, folder));
    unchanged.push(await deploy(admin, folder));
  }
  await using connection = await connect(admin);
  await connection.execute("drop schema if exists howdah, _pgpm cascade");
  for (let round = 1; round <= rounds; round++) await connection.execute(`drop schema bench_${round}_0_0 cascade`);
  const name = `package of ${functions} functions and ${types} types`;
  return [
    { name: `${name}, deployed`, value: median(first), unit: "ms", bar: { atMost: 2000 } },
    { name: `${name}, unchanged`, value: median(unchanged), unit: "ms", bar: { atMost: 200 } },
  ];
}

/** Reading the folder and connecting count. */
async function deploy(admin: Target, folder: string): Promise<number> {
  const started = performance.now();
  const input: DeployInput = {
    ...{ packages: [await readPackage(folder)], available: [], mode: "safe", files: [], references: {} },
    ...{ allowSplit: false, cascadeExternal: false, dropData: false, prune: false, autoCommit: false },
  };
  await using connection = await connect(admin);
  await deployPackages(connection, input);
  return performance.now() - started;
}

async function writeFiles(folder: string, version: number): Promise<void> {
  for (const inner of ["types", "functions"]) await mkdir(join(folder, inner), { recursive: true });
  await writeFile(join(folder, "howdah.toml"), `[package]\nname = "bench"\nversion = "${version}.0.0"\n`);
  for (let n = 0; n < types; n++) {
    // Each needs the next: their files are in the wrong order.
    const next = n === types - 1 ? "" : `, next t${n + 1}`;
    await writeFile(join(folder, `types/t${n}.sql`), `create type t${n} as (id bigint, name text${next});`);
  }
  for (let n = 0; n < functions; n++) await writeFile(join(folder, `functions/f${n}.sql`), routine(n));
}

function routine(n: number): string {
  return `create or replace function f${n}(wanted t${n % types}) returns text language plpgsql stable as $$
declare
  result text;
begin
  select string_agg(part, ' ') into result from regexp_split_to_table((wanted).name, ' ') as part where length(part) > ${n};
  return coalesce(result, f${(n + 1) % functions}(null));
end $$;
comment on function f${n} is 'routine ${n}';`;
}
