import type { TestContext } from "node:test";
import { AppError, AppErrors } from "../../src/errors/index.ts";
import { connect, type Connection, type Target } from "../../src/postgres/index.ts";
import { memoryTree, type MemoryTree } from "../../src/project/index.ts";
import {
  assemble,
  planAssembly,
  prepareDatabase,
  type AssemblyAction,
  type AssemblyInput,
  type AssemblyPlan,
  type AssemblyReport,
  type DatabaseRoles,
} from "../../src/schema/index.ts";
import { needsSuperuser, testDatabase } from "./database.ts";

export interface TestAssembly {
  readonly tree: MemoryTree;
  readonly roles: DatabaseRoles;
  readonly target: Target;
  /** As the role of HOWDAH_TEST_URL; as the owner where that is no superuser. */
  readonly connection: Connection;
  /** Another session like it; the test closes it. */
  another(): Promise<Connection>;
  /** Writes files (null removes one), then assembles; `$anon` in them is the role of requests. */
  assemble(files?: Readonly<Record<string, string | null>>, input?: Partial<AssemblyInput>): Promise<AssemblyReport>;
  plan(files?: Readonly<Record<string, string | null>>, input?: Partial<AssemblyInput>): Promise<AssemblyPlan>;
  /** The errors that an assembly ends with. */
  errors(files?: Readonly<Record<string, string | null>>, input?: Partial<AssemblyInput>): Promise<readonly AppError[]>;
  /** Rows of one query on that connection. */
  rows(text: string, ...values: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
}

/** A database of its own with its roles, and files to assemble into it. */
export async function testAssembly(
  t: TestContext,
  files: Readonly<Record<string, string>> = {},
): Promise<TestAssembly> {
  const { target, connection } = await testDatabase(t);
  const { database } = target;
  const { roles } = await prepareDatabase(target, {
    database,
    createDatabase: false,
    names: { anon: `${database}_anon`, authenticated: `${database}_user`, serviceRole: `${database}_admin` },
    passwords: { authenticator: "one", service: "two" },
  });
  await asOwner(connection, roles);
  const tree = memoryTree();
  const write = (changes: Readonly<Record<string, string | null>>): void => {
    for (const [path, text] of Object.entries(changes)) {
      if (text === null) tree.remove(path);
      else tree.write(path, text.replaceAll("$anon", roles.anon));
    }
  };
  write(files);
  const inputOf = (input: Partial<AssemblyInput>): AssemblyInput => ({ tree, roles, mode: "development", ...input });
  const test: TestAssembly = {
    tree,
    roles,
    target,
    connection,
    another: async () => asOwner(await connect(target), roles),
    assemble: async (changes = {}, input = {}) => {
      write(changes);
      await using applier = await connect(target);
      return await assemble(applier, inputOf(input));
    },
    plan: async (changes = {}, input = {}) => {
      write(changes);
      await using reader = await connect(target);
      return await planAssembly(reader, inputOf(input));
    },
    errors: async (changes = {}, input = {}) => {
      try {
        await test.assemble(changes, input);
      } catch (error) {
        if (error instanceof AppErrors) return error.errors;
        if (error instanceof AppError) return [error];
        throw error;
      }
      throw new Error("the assembly succeeded");
    },
    rows: (text, ...values) => connection.query({ text, values }),
  };
  return test;
}

/** What a superuser may look at anyway. */
async function asOwner(connection: Connection, { owner }: DatabaseRoles): Promise<Connection> {
  if (needsSuperuser) await connection.execute(`set role ${owner}`);
  return connection;
}

/** Actions as short lines: "create function public.one()". */
export function said(report: { readonly actions: readonly AssemblyAction[] }): readonly string[] {
  return report.actions.map((action) => `${action.kind} ${"object" in action ? action.object : action.file}`);
}

/** "WD411 functions/a.sql:2:10 message", as little as says what and where. */
export function told(error: AppError): string {
  const { position } = error;
  const place = position === undefined ? "" : ` ${position.file}:${position.line}:${position.column}`;
  return `${error.code}${place} ${error.message}`;
}
