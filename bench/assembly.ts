import { randomBytes } from "node:crypto";
import { connect, type Connection, type Target } from "../src/postgres/index.ts";
import { memoryTree, type MemoryTree } from "../src/project/index.ts";
import { assemble, prepareDatabase, type DatabaseRoles } from "../src/schema/index.ts";
import { median, type Figure } from "./figure.ts";
import { withServer } from "./server.ts";

const tables = 100;
const routines = 200;
const rounds = 20;

/** Assembling a project of 100 tables and 200 routines: from nothing, with nothing to do, after one saved function. */
export async function assemblyFigures(): Promise<readonly Figure[]> {
  return withServer(assemblyFiguresOn);
}

async function assemblyFiguresOn(admin: Target): Promise<readonly Figure[]> {
  const database = `t_${randomBytes(5).toString("hex")}`;
  const names = { anon: `${database}_anon`, authenticated: `${database}_user`, serviceRole: `${database}_admin` };
  const passwords = { authenticator: "one", service: "two" };
  const { roles } = await prepareDatabase(admin, { database, names, passwords, createDatabase: true });
  try {
    return await measure({ ...admin, database }, roles);
  } finally {
    await using dropper = await connect(admin);
    await dropper.execute(`drop database ${database} with (force)`);
    await dropper.execute(`drop role ${Object.values(roles).join(", ")}`);
  }
}

async function measure(target: Target, roles: DatabaseRoles): Promise<readonly Figure[]> {
  await using connection = await connect(target);
  const tree = project();
  const assembled = async (): Promise<number> => {
    const report = await assemble(connection, { tree, roles, mode: "development" });
    return report.durationMs;
  };
  const first = await assembled();
  const nothing = await repeat(assembled);
  const saved = await repeat(async (round) => {
    tree.write("functions/f7.sql", routine(7, round));
    return assembled();
  });
  const raw = await repeat((round) => rawReplace(connection, roles, round));
  const name = `${tables} tables, ${routines} routines`;
  return [
    { name: `assembly of ${name}, from nothing`, value: first, unit: "ms" },
    { name: `assembly of ${name}, nothing to do`, value: nothing, unit: "ms" },
    {
      name: `assembly of ${name}, one saved function`,
      value: saved,
      unit: "ms",
      bar: { atMost: 500 },
      beside: { name: "create or replace by hand", value: raw },
    },
  ];
}

function project(): MemoryTree {
  const tree = memoryTree();
  for (let n = 0; n < tables; n++) {
    tree.write(
      `migrations/${n}_table.sql`,
      `create table t${n} (id bigint generated always as identity primary key, name text not null, price numeric);
       create index t${n}_name on t${n} (name); alter table t${n} enable row level security;`,
    );
  }
  for (let n = 0; n < routines; n++) tree.write(`functions/f${n}.sql`, routine(n, 0));
  return tree;
}

function routine(n: number, round: number): string {
  return `-- Routine ${n}
create function f${n}(wanted bigint) returns numeric language plpgsql set search_path = '' as $$
declare
  total numeric;
begin
  select sum(price) + ${round} into total from public.t${n % tables} where id > wanted;
  return coalesce(total, 0);
end $$;
comment on function f${n}(bigint) is 'routine ${n}';`;
}

async function rawReplace(connection: Connection, roles: DatabaseRoles, round: number): Promise<number> {
  const started = performance.now();
  await connection.execute(`begin; set local role ${roles.owner};
    ${routine(7, -round).replace("create function", "create or replace function")} commit`);
  return performance.now() - started;
}

async function repeat(work: (round: number) => Promise<number>): Promise<number> {
  const times: number[] = [];
  for (let round = 1; round <= rounds; round++) times.push(await work(round));
  return median(times);
}
