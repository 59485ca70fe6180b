import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { AppError, AppErrors } from "../../src/errors/index.ts";
import { connect } from "../../src/postgres/index.ts";
import { memoryTree, type MemoryTree } from "../../src/project/index.ts";
import { loadDesired } from "../../src/schema/desired/index.ts";
import type { Desired, DesiredInput } from "../../src/schema/desired/index.ts";
import { dropDatabase, testServer } from "./database.ts";

export interface TestDesired {
  readonly tree: MemoryTree;
  readonly input: DesiredInput;
  /** Writes files (null removes one), then loads all of them. */
  load(files?: Readonly<Record<string, string | null>>, input?: Partial<DesiredInput>): Promise<Desired>;
  /** The errors that a load ends with, as `CODE file:line:column message`. */
  errors(files?: Readonly<Record<string, string | null>>, input?: Partial<DesiredInput>): Promise<readonly string[]>;
  /** The errors themselves. */
  failures(
    files?: Readonly<Record<string, string | null>>,
    input?: Partial<DesiredInput>,
  ): Promise<readonly AppError[]>;
  /** Names of the databases that are kept. */
  databases(): Promise<readonly string[]>;
}

/** The test server as a scratch server: databases and roles of the test's own, gone with it. `$p` in files is their prefix. */
export async function testDesired(t: TestContext, files: Readonly<Record<string, string>> = {}): Promise<TestDesired> {
  const prefix = `t_${randomBytes(5).toString("hex")}`;
  const cacheFolder = await mkdtemp(join(tmpdir(), "howdah-desired-"));
  const scratch = testServer();
  const tree = memoryTree();
  const role = (name: string): string => `${prefix}_${name}`;
  const roles = {
    ...{ owner: role("owner"), authenticator: role("authenticator"), service: role("service") },
    ...{ anon: role("anon"), authenticated: role("user"), serviceRole: role("admin") },
  };
  const base: DesiredInput = {
    ...{ tree, scratch, roles, mirrorRoles: [], leaveOut: ["howdah"], cacheKey: [], cacheFolder, prefix },
  };
  const write = (changes: Readonly<Record<string, string | null>>): void => {
    for (const [path, text] of Object.entries(changes)) {
      if (text === null) tree.remove(path);
      else tree.write(path, text.replaceAll("$p", prefix));
    }
  };
  const databases = async (): Promise<readonly string[]> => {
    await using connection = await connect(scratch);
    const rows = await connection.query<{ name: string }>({
      text: "select datname as name from pg_database where starts_with(datname, $1) order by 1",
      values: [`${prefix}_`],
    });
    return rows.map((row) => row.name);
  };
  t.after(async () => {
    for (const name of await databases()) await dropDatabase(scratch, name);
    await dropDatabase(scratch, prefix);
    await rm(cacheFolder, { recursive: true, force: true });
  });
  write(files);
  const test: TestDesired = {
    ...{ tree, input: base, databases },
    load: async (changes = {}, input = {}) => {
      write(changes);
      const desired = await loadDesired({ ...base, ...input });
      await desired.settled;
      return desired;
    },
    failures: async (changes = {}, input = {}) => {
      try {
        await test.load(changes, input);
      } catch (error) {
        if (error instanceof AppErrors) return error.errors;
        if (error instanceof AppError) return [error];
        throw error;
      }
      throw new Error("the files are fine");
    },
    errors: async (changes = {}, input = {}) => {
      const found = await test.failures(changes, input);
      return found.map(
        ({ code, position, message }) => `${code} ${position?.file}:${position?.line}:${position?.column} ${message}`,
      );
    },
  };
  return test;
}
