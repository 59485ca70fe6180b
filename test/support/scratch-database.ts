import { randomBytes } from "node:crypto";
import { after } from "node:test";
import { connect, type Connection, type Transaction } from "../../src/postgres/index.ts";
import { dropDatabase, testServer } from "./database.ts";
import { planOnce } from "./prepared.ts";

const idle: Scratch[] = [];
const all: Scratch[] = [];

interface Scratch {
  readonly name: string;
  readonly connection: Connection;
}

/**
 * Runs the work in a transaction on an empty database and takes everything back, so that the next one finds it empty as well:
 * far cheaper than a database each. Not for what can't run inside a transaction.
 */
export async function inScratch<T>(work: (tx: Transaction, session: Connection) => Promise<T>): Promise<T> {
  const scratch = idle.pop() ?? (await create());
  const takenBack = new Error("taken back");
  const result: T[] = [];
  try {
    await scratch.connection.transaction(async (tx) => {
      result.push(await work(tx, scratch.connection));
      throw takenBack;
    });
  } catch (error) {
    if (error !== takenBack) throw error;
  } finally {
    idle.push(scratch);
  }
  return result[0] as T;
}

async function create(): Promise<Scratch> {
  const name = `t_${randomBytes(5).toString("hex")}`;
  await using creator = await connect(testServer());
  await creator.execute(`create database ${name} template template0`);
  const made = { name, connection: await connect({ ...testServer(), database: name }) };
  await made.connection.execute(planOnce);
  all.push(made);
  return made;
}

after(async () => {
  for (const { connection, name } of all) {
    await connection.close();
    await dropDatabase(testServer(), name);
  }
});
