import { connect, type Connection, type Target, type Transaction } from "../../src/postgres/index.ts";
import { memoryTree, type MemoryTree } from "../../src/project/index.ts";
import { assemble, loadDesired } from "../../src/schema/index.ts";
import type { Figure } from "../figure.ts";
import { withPrepared, type Prepared } from "./prepared.ts";

/** How long the transaction that adds a column holds its locks, among so many tables: median of five. */
export async function lockedFigures(admin: Target, tables: number): Promise<readonly Figure[]> {
  const value = await withPrepared(admin, (prepared) => measure({ ...prepared, tables }));
  return [{ name: `a new column, locks held, ${tables} tables`, value, unit: "ms", bar: { atMost: 200 } }];
}

interface Scene extends Prepared {
  readonly tables: number;
}

async function measure(scene: Scene): Promise<number> {
  const tree = memoryTree();
  for (let file = 0; file < scene.tables / 50; file++) tree.write(`schema/s_${file}.sql`, textOf(file, ""));
  await using connection = await connect(scene.target);
  await apply(connection, tree, scene);
  const times: number[] = [];
  for (let turn = 0; turn < 5; turn++) {
    tree.write(
      "schema/s_1.sql",
      textOf(1, Array.from({ length: turn + 1 }, (_, index) => `, more_${index} text`).join("")),
    );
    const clock = timing(connection);
    await apply(clock.connection, tree, scene);
    times.push(clock.heldMs());
  }
  return times.toSorted((one, other) => one - other)[2] ?? Number.NaN;
}

/** Fifty tables with keys, references, checks, partial indexes, views, routines, policies and comments. */
function textOf(file: number, columns: string): string {
  const tables = Array.from({ length: 50 }, (_, index) => {
    const [table, above] = [`t_${file}_${index}`, `t_${file}_${index - 1}`];
    return `
create table ${table} (
  id bigint generated always as identity primary key,
  name text not null,
  age integer check (age > ${index}),
  other bigint${index > 0 ? ` references ${above}` : ""}${index === 7 ? columns : ""}
);
create index on ${table} (name) where age > ${index};
create view v_${file}_${index} as select id, name, age + ${index} as older from ${table} where age > ${index};
create function f_${file}_${index}(x integer) returns integer language sql return x + ${index};
alter table ${table} enable row level security;
create policy own on ${table} using (age > ${index});
comment on table ${table} is 'Table ${index}';`;
  });
  return tables.join("\n");
}

async function apply(
  connection: Connection,
  tree: MemoryTree,
  { admin, target, roles, cacheFolder }: Scene,
): Promise<void> {
  const desired = async (): ReturnType<typeof loadDesired> => {
    const found = await loadDesired({
      ...{ tree, scratch: admin, roles, cacheFolder, database: target.database, prefix: `${target.database}_scratch` },
      ...{ mirrorRoles: [], leaveOut: ["howdah"], cacheKey: [] },
    });
    await found.settled;
    return found;
  };
  await assemble(connection, { tree, roles, mode: "development", desired });
}

/** The session, with the time from its first ALTER TABLE to the end of that transaction: milliseconds. */
function timing(real: Connection): { readonly connection: Connection; heldMs(): number } {
  let [from, held] = [Number.NaN, Number.NaN];
  const inside = (tx: Transaction): Transaction => ({
    query: async (statement) => tx.query(statement),
    savepoint: async (work) => tx.savepoint(work),
    execute: async (text) => {
      if (Number.isNaN(from) && text.startsWith("alter table ")) from = performance.now();
      await tx.execute(text);
    },
  });
  const connection: Connection = {
    query: async (statement) => real.query(statement),
    execute: async (text) => real.execute(text),
    transaction: async (work) => {
      const done = await real.transaction(async (tx) => work(inside(tx)));
      if (!Number.isNaN(from) && Number.isNaN(held)) held = performance.now() - from;
      return done;
    },
    onNotice: (listener) => real.onNotice(listener),
    close: async () => {},
    [Symbol.asyncDispose]: async () => {},
  };
  return { connection, heldMs: () => held };
}
