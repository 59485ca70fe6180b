import type { TestContext } from "node:test";
import {
  createRequestPool,
  type Connection,
  type PoolEvent,
  type RequestContext,
  type RequestPool,
  type RequestPoolOptions,
  type Target,
} from "../../src/postgres/index.ts";
import { testDatabase } from "./database.ts";

export interface TestPool {
  readonly pool: RequestPool;
  readonly events: readonly PoolEvent[];
  /** The pool's login, and the roles it may take: `strong` may do what `anon` may not. */
  readonly roles: { readonly authenticator: string; readonly anon: string; readonly strong: string };
  readonly asAnon: RequestContext;
  /** One statement as anon; rows of text. */
  readonly ask: (
    text: string,
    ...values: readonly (string | null)[]
  ) => Promise<readonly (readonly (string | null)[])[]>;
  /** The database as its owner. */
  readonly admin: Connection;
  readonly target: Target;
  /** Another pool on the same database, closed with the test. */
  readonly another: (options: Partial<RequestPoolOptions>, target?: Target) => RequestPool;
}

/** A fresh database with a login that may become `anon` and `strong`, and a pool of requests on it. */
export async function testPool(t: TestContext, options: Partial<RequestPoolOptions> = {}): Promise<TestPool> {
  const { connection: admin, target: owner } = await testDatabase(t);
  const name = owner.database;
  const roles = { authenticator: `${name}_authenticator`, anon: `${name}_anon`, strong: `${name}_strong` };
  await admin.execute(`
    create role ${roles.authenticator} login noinherit password 'pool';
    create role ${roles.anon};
    create role ${roles.strong};
    grant ${roles.anon}, ${roles.strong} to ${roles.authenticator};
    -- Without superuser only a member sees a role's sessions and may end them.
    grant ${roles.authenticator} to current_user;
    grant usage on schema public to public`);
  const target = { ...owner, user: roles.authenticator, password: "pool" };
  const events: PoolEvent[] = [];
  const another = (more: Partial<RequestPoolOptions>, elsewhere: Target = target): RequestPool => {
    const made = createRequestPool(elsewhere, {
      max: 1,
      acquireTimeoutMs: 5000,
      statementTimeoutMs: 20_000,
      onEvent: (event) => events.push(event),
      ...more,
    });
    t.after(() => made.close());
    return made;
  };
  const pool = another(options);
  const asAnon = { role: roles.anon, settings: {} };
  const ask: TestPool["ask"] = async (text, ...values) => {
    const [result] = await pool.run(asAnon, [{ text, values }]);
    return (result?.rows ?? []).map((row) => row.map((value) => value?.toString() ?? null));
  };
  return { pool, events, roles, asAnon, ask, admin, target, another };
}
