// Kills an assembly before and after each of its statements and looks at what is left:
//   HOWDAH_TEST_URL=… node test/faults/migration-kill.ts [EVERY]
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { connect, sql, type Connection, type Target } from "../../src/postgres/index.ts";
import { memoryTree } from "../../src/project/index.ts";
import { assemble, prepareDatabase, type DatabaseRoles } from "../../src/schema/index.ts";
import { testServer } from "../support/database.ts";
import type { ApplierOrder } from "./migration-kill-applier.ts";

export interface MigrationKillResult {
  /** Places at which an assembly was killed: before and after each statement. */
  readonly points: number;
  /** Kills that left the state of before, and the state of after. */
  readonly old: number;
  readonly new: number;
  /** Points that left anything else, or from which the next assembly did not converge: must be empty. */
  readonly broken: readonly number[];
}

const before = {
  "migrations/1_item.sql": `
    create table item (id int primary key, name text, price int);
    insert into item select n, 'item ' || n, n from generate_series(1, 100) as n;
    alter table item enable row level security;`,
  "functions/item.sql": `
    create view priced as select id, price from item;
    create function total() returns bigint language sql as 'select sum(price) from priced';
    create policy everyone on item using (true);
    comment on view priced is 'one';`,
};

const after = {
  ...before,
  "migrations/2_retype.sql": `
    alter table item alter column price type numeric using price / 2.0;
    create table sale (id int primary key, item int references item);
    insert into sale select id, id from item;
    update item set name = upper(name);`,
  "migrations/3_drop.sql": "alter table item drop column name; create index on sale (item);",
  "functions/item.sql": `
    create view priced as select id, price * 2 as price from item;
    create function total() returns numeric language sql as 'select sum(price) from priced';
    create function sold() returns bigint language sql as 'select count(*) from sale';
    create policy everyone on item using (id > 0);
    comment on view priced is 'two';`,
  "seeds/1_sale.sql": "insert into sale values (1000, 1);",
};

/** Kills at every `every`th point and the last, each on a fresh database, and runs the assembly again after each. */
export async function migrationKill(every: number): Promise<MigrationKillResult> {
  const [oldState, newState, points] = await measure();
  const counts = { old: 0, new: 0 };
  const broken: number[] = [];
  let killed = 0;
  for (let point = 0; point < points; point = point === points - 1 ? points : Math.min(point + every, points - 1)) {
    killed++;
    const left = await killAt(point);
    if (left.converged !== newState || (left.state !== oldState && left.state !== newState)) broken.push(point);
    else counts[left.state === oldState ? "old" : "new"]++;
  }
  return { points: killed, ...counts, broken };
}

async function measure(): Promise<readonly [string, string, number]> {
  return await withDatabase(async (target, roles, connection) => {
    const oldState = await stateOf(connection);
    const { printed } = await apply({ target, roles, files: after, point: -1 });
    return [oldState, await stateOf(connection), Number(printed)] as const;
  });
}

async function killAt(point: number): Promise<{ readonly state: string; readonly converged: string }> {
  return await withDatabase(async (target, roles, connection) => {
    const { signal } = await apply({ target, roles, files: after, point });
    if (signal !== "SIGKILL") throw new Error(`the applier was not killed at ${point}`);
    await untilAlone(connection);
    const state = await stateOf(connection);
    await assemble(connection, { tree: memoryTree(after), roles, mode: "development" });
    return { state, converged: await stateOf(connection) };
  });
}

async function apply(order: ApplierOrder): Promise<{ readonly signal: string | null; readonly printed: string }> {
  const program = fileURLToPath(new URL("./migration-kill-applier.ts", import.meta.url));
  const child = spawn(process.execPath, [program], { stdio: ["pipe", "pipe", "inherit"] });
  let printed = "";
  child.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  child.stdin.end(`${JSON.stringify(order)}\n`);
  const [, signal] = (await once(child, "close")) as [number | null, string | null];
  return { signal, printed };
}

/** Waits until the killed applier's session has ended: Postgres notices when it reads or writes next. */
async function untilAlone(connection: Connection): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const others = await connection.query(sql`
      select from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`);
    if (others.length === 0) return;
    if (Date.now() > deadline) throw new Error("the killed session does not end");
  }
}

/** All that tells the old state from the new one, times and oids left out. */
async function stateOf(connection: Connection): Promise<string> {
  const rows = await connection.query(sql`
    select
      (select jsonb_agg(jsonb_build_array(attrelid::regclass::text, attname, atttypid::regtype::text) order by attrelid::regclass::text, attnum)
       from pg_attribute where attrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace) and not attisdropped) as columns,
      (select jsonb_agg(jsonb_build_array(oid::regprocedure::text, prosrc) order by proname) from pg_proc where pronamespace = 'public'::regnamespace) as routines,
      (select jsonb_agg(jsonb_build_array(polname, pg_get_expr(polqual, polrelid))) from pg_policy) as policies,
      obj_description('priced'::regclass) as comment,
      query_to_xml('select sum(price) from priced', true, true, '')::text as total,
      (select jsonb_agg(jsonb_build_array(version, checksum) order by version) from howdah.migration) as migrations,
      (select jsonb_agg(jsonb_build_array(key, hash, body_hash, line) order by key) from howdah.object) as objects,
      (select jsonb_agg(file) from howdah.seed) as seeds,
      (select count(*) from howdah.release) as releases`);
  return JSON.stringify(rows);
}

async function withDatabase<T>(
  work: (target: Target, roles: DatabaseRoles, connection: Connection) => Promise<T>,
): Promise<T> {
  const admin = testServer();
  const database = `t_${randomBytes(5).toString("hex")}`;
  await using creator = await connect(admin);
  const names = { anon: `${database}_anon`, authenticated: `${database}_user`, serviceRole: `${database}_admin` };
  const passwords = { authenticator: "one", service: "two" };
  const { roles } = await prepareDatabase(admin, { database, names, passwords, createDatabase: true });
  try {
    const target = { ...admin, database };
    await using connection = await connect(target);
    await assemble(connection, { tree: memoryTree(before), roles, mode: "development" });
    return await work(target, roles, connection);
  } finally {
    await creator.execute(`drop database ${database} with (force)`);
    await creator.execute(`drop role ${Object.values(roles).join(", ")}`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const result = await migrationKill(Number(process.argv[2] ?? 1));
  console.log(JSON.stringify(result));
  process.exitCode = result.broken.length === 0 ? 0 : 1;
}
