import type { TestContext } from "node:test";
import { readSchemaCache, type SchemaCache } from "../../src/catalog/index.ts";
import { toFailure } from "../../src/capabilities/rest/failure/index.ts";
import { planRequest, type RestPlan } from "../../src/capabilities/rest/plan/index.ts";
import { toStatements, type RestStatements } from "../../src/capabilities/rest/query/index.ts";
import { parseRequest } from "../../src/capabilities/rest/request/index.ts";
import { settingsForTests } from "./rest-settings.ts";
import type { RestSettings } from "../../src/capabilities/rest/settings.ts";
import type { Connection } from "../../src/postgres/index.ts";
import { testPool } from "./request-pool.ts";

/** A request as tests write it. */
export interface Asked {
  readonly body?: string | object | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly settings?: Partial<RestSettings> | undefined;
}

/** The row of the main query; `body` parsed where it is JSON. */
export interface Answered {
  readonly total: string | null;
  readonly count: string | null;
  readonly location: string | null;
  readonly body: unknown;
  readonly headers: string | null;
  readonly status: string | null;
  readonly inserted: string | null;
  readonly statements: RestStatements;
}

export interface RestDatabase {
  /** The database as its owner. */
  readonly admin: Connection;
  readonly cache: SchemaCache;
  readonly plan: (request: string, asked?: Asked) => RestPlan;
  /** The statements of "GET /clients?select=id". */
  readonly statements: (request: string, asked?: Asked) => RestStatements;
  /** Runs it as a role that may do everything in the schema api. Throws RestFailure. */
  readonly ask: (request: string, asked?: Asked) => Promise<Answered>;
}

/** A database whose schema api these statements filled, and the stages of the API up to its rows, without HTTP. */
export async function restDatabase(t: TestContext, statements: string): Promise<RestDatabase> {
  const { admin, pool, roles } = await testPool(t);
  await admin.execute(`create schema api; set search_path to api; ${statements};
    grant usage on schema api to public;
    grant all on all tables in schema api to ${roles.anon};
    grant all on all sequences in schema api to ${roles.anon}`);
  const cache = await readSchemaCache(admin, { schemas: ["api"], extraSearchPath: [], hoistedSettings: [] });
  const prepare = (request: string, asked: Asked = {}) => {
    const settings = { ...settingsForTests, schemas: ["api"], ...asked.settings };
    const parsed = parseRequest(toHttp(request, asked), settings);
    return { settings, parsed, plan: planRequest(parsed, { cache, settings }) };
  };
  const toSql = (request: string, asked: Asked = {}): RestStatements => {
    const { settings, parsed, plan } = prepare(request, asked);
    if (plan.kind === "info" || plan.kind === "inspect") throw new TypeError(`no statement for ${plan.kind}`);
    return toStatements(plan, parsed, { role: roles.anon, claims: {} }, settings);
  };
  return {
    admin,
    cache,
    plan: (request, asked) => prepare(request, asked).plan,
    statements: toSql,
    ask: async (request, asked) => {
      const made = toSql(request, asked);
      const results = await pool
        .run(made.context, [...made.before, made.main])
        .catch((error: unknown) => Promise.reject(toFailure(error, true)));
      return toAnswer(made, results.at(-1)?.rows[0] ?? []);
    },
  };
}

function toHttp(request: string, { body = "", headers = {} }: Asked) {
  const [method = "GET", url = "/"] = request.split(" ");
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return { method, url, headers, rawHeaders: [], body: Buffer.from(text) };
}

function toAnswer(statements: RestStatements, row: readonly (Buffer | null)[]): Answered {
  const [total = null, count = null, location = null, body = null, headers = null, status = null, inserted = null] =
    row.map((value) => value?.toString() ?? null);
  return { total, count, location, body: parsed(body), headers, status, inserted, statements };
}

function parsed(body: string | null): unknown {
  try {
    return JSON.parse(body ?? "null");
  } catch {
    return body;
  }
}
