// Assembles a project and kills itself (kill -9) at one statement: before it is sent, or after it was answered.
// Reads {target, roles, files, point} as one line of JSON; a point of -1 counts the statements and prints their number.
import { once } from "node:events";
import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { connect, type Connection, type Target, type Transaction } from "../../src/postgres/index.ts";
import { memoryTree } from "../../src/project/index.ts";
import { assemble, type DatabaseRoles } from "../../src/schema/index.ts";

export interface ApplierOrder {
  readonly target: Target;
  readonly roles: DatabaseRoles;
  readonly files: Readonly<Record<string, string>>;
  /** Statement n is killed before at 2n, after at 2n + 1. */
  readonly point: number;
}

const [line] = (await once(createInterface(process.stdin), "line")) as [string];
const { target, roles, files, point } = JSON.parse(line) as ApplierOrder;
let passed = 0;

async function step<T>(work: () => Promise<T>): Promise<T> {
  dieAt(passed++);
  const result = await work();
  dieAt(passed++);
  return result;
}

function dieAt(here: number): void {
  if (here === point) process.kill(process.pid, "SIGKILL");
}

function watched(connection: Connection): Connection {
  const statements: Pick<Connection, "query" | "execute"> = {
    query: (statement) => step(() => connection.query(statement)),
    execute: (text) => step(() => connection.execute(text)),
  };
  let savepoints = 0;
  const savepoint: Transaction["savepoint"] = async (work) => {
    const name = `kill_${++savepoints}`;
    await statements.execute(`savepoint ${name}`);
    try {
      const result = await work();
      await statements.execute(`release savepoint ${name}`);
      return result;
    } catch (error) {
      await statements.execute(`rollback to savepoint ${name}; release savepoint ${name}`);
      throw error;
    }
  };
  return {
    ...statements,
    onNotice: () => {},
    close: () => connection.close(),
    [Symbol.asyncDispose]: () => connection.close(),
    transaction: async (work) => {
      await statements.execute("begin");
      const result = await work({ ...statements, savepoint });
      await statements.execute("commit");
      return result;
    },
  };
}

await using connection = watched(await connect(target));
await assemble(connection, { tree: memoryTree(files), roles, mode: "development" });
if (point === -1) writeSync(1, `${passed}\n`);
