import { connect, type Connection, type Target } from "../../src/postgres/index.ts";
import { memoryTree, type MemoryTree } from "../../src/project/index.ts";
import { assemble, loadDesired } from "../../src/schema/index.ts";
import type { Figure } from "../figure.ts";
import { withPrepared, type Prepared } from "./prepared.ts";

/** What is changed in the files while rows are written: its name, and the file as it is from then on. */
const changes: readonly { readonly name: string; readonly columns: string; readonly rest?: string }[] = [
  { name: "SET NOT NULL", columns: "age integer not null, team_id integer" },
  { name: "a foreign key", columns: "age integer not null, team_id integer references team" },
  {
    name: "an index",
    columns: "age integer not null, team_id integer references team",
    rest: "create index account_age on account (age);",
  },
];

/** The longest that a writer of single rows waits while a table of so many is changed, beside the same writer alone. */
export async function onlineFigures(admin: Target, rows: number): Promise<readonly Figure[]> {
  return await withPrepared(admin, (prepared) => measure({ ...prepared, rows }));
}

interface Scene extends Prepared {
  readonly rows: number;
}

async function measure(scene: Scene): Promise<readonly Figure[]> {
  await using connection = await connect(scene.target);
  const tree = memoryTree();
  write(tree, "age integer, team_id integer");
  await apply(connection, tree, scene);
  await fill(connection, scene.rows);
  const alone = await longestWait(scene.target, scene.rows, async () => pause(2000));
  const figures: Figure[] = [];
  for (const { name, columns, rest } of changes) {
    write(tree, columns, rest);
    const value = await longestWait(scene.target, scene.rows, async () => apply(connection, tree, scene));
    figures.push({
      name: `${name} on ${scene.rows.toLocaleString("en")} rows, longest wait of a writer`,
      value,
      unit: "ms",
      bar: { atMost: 200 },
      beside: { name: "the writer alone", value: alone },
    });
  }
  return figures;
}

function write(tree: MemoryTree, columns: string, rest = ""): void {
  tree.write("schema/team.sql", "create table team (id integer primary key);\n");
  tree.write("schema/account.sql", `create table account (id integer primary key, ${columns});\n${rest}\n`);
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

async function fill(connection: Connection, rows: number): Promise<void> {
  await connection.execute(`
    insert into public.team select n from generate_series(1, 100) as n;
    insert into public.account select n, n % 90, n % 100 + 1 from generate_series(1, ${rows}) as n;
    analyze public.account;
  `);
}

/** Milliseconds that the slowest of many updates took while the work was done. */
async function longestWait(target: Target, rows: number, work: () => Promise<void>): Promise<number> {
  await using writer = await connect(target);
  const end = new AbortController();
  let longest = 0;
  const writing = (async () => {
    for (let n = 1; !end.signal.aborted; n = (n * 7919 + 1) % rows) {
      const started = performance.now();
      await writer.query({ text: "update public.account set age = age + 1 where id = $1", values: [n + 1] });
      longest = Math.max(longest, performance.now() - started);
    }
  })();
  try {
    await work();
  } finally {
    end.abort();
    await writing;
  }
  return longest;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
