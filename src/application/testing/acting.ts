import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  connect,
  quoteIdentifier,
  sql,
  StatementError,
  type Connection,
  type Sql,
  type Target,
} from "../../postgres/index.ts";
import { locateError, violationPlace, type DatabaseRoles } from "../../schema/index.ts";
import { readProjectMap } from "../project-map.ts";
import { atPlaces } from "../at-places.ts";

/** Statements of a test, as one role. */
export interface Acting {
  /** Runs one statement with its parameters ($1, $2, …); rows as objects keyed by column name. */
  query<Row extends object = Record<string, unknown>>(
    statement: string | Sql,
    values?: readonly unknown[],
  ): Promise<readonly Row[]>;
  /** The same as a template: values become parameters, fragments of howdah's `sql` are inlined. */
  sql<Row extends object = Record<string, unknown>>(
    strings: TemplateStringsArray,
    ...values: readonly unknown[]
  ): Promise<readonly Row[]>;
}

/** A session for statements, opened with the first one. */
export interface ActingSession extends AsyncDisposable {
  readonly acting: Acting;
}

/** How a session connects, and what each of its statements is run as. */
export interface ActingOptions {
  readonly target: Target;
  /** Set once, for the session. */
  readonly setup: string;
  /** Settings of each statement's transaction; its role among them. None: statements stand for themselves. */
  readonly local?: Readonly<Record<string, string>> | undefined;
}

/** Opens a session lazily; an error of a statement inside the project's routines points into the project's files. */
export function openActing(
  options: ActingOptions,
  locate: (error: StatementError) => Promise<StatementError>,
): ActingSession {
  let opened: Promise<Connection> | undefined;
  const session = (): Promise<Connection> => (opened ??= open(options));
  const query: Acting["query"] = async <Row extends object>(
    statement: string | Sql,
    values: readonly unknown[] = [],
  ): Promise<readonly Row[]> => {
    const composed = typeof statement === "string" ? { text: statement, values } : statement;
    try {
      return await run<Row>(await session(), composed, options.local);
    } catch (error) {
      throw error instanceof StatementError ? await withStack(error, locate, query) : error;
    }
  };
  return {
    acting: { query, sql: (strings, ...values) => query(sql(strings, ...values)) },
    [Symbol.asyncDispose]: async () => {
      await opened?.then(
        (connection) => connection.close(),
        () => {},
      );
    },
  };
}

async function open({ target, setup }: ActingOptions): Promise<Connection> {
  const connection = await connect(target, { applicationName: "howdah test" });
  try {
    await connection.execute(`set synchronous_commit = off; ${setup}`);
    return connection;
  } catch (error) {
    await connection.close();
    throw error;
  }
}

async function run<Row extends object>(
  connection: Connection,
  statement: Sql,
  local: ActingOptions["local"],
): Promise<readonly Row[]> {
  if (local === undefined) return connection.query<Row>(statement);
  return connection.transaction(async (tx) => {
    await tx.query(sql`
      select pg_catalog.set_config(name, value, true)
      from pg_catalog.json_each_text(${JSON.stringify(local)}::pg_catalog.json) as setting(name, value)
    `);
    return tx.query<Row>(statement);
  });
}

/** The driver's stack ends in its own socket: the test's line is what matters. */
async function withStack(
  failure: StatementError,
  locate: (error: StatementError) => Promise<StatementError>,
  caller: object,
): Promise<StatementError> {
  const { where, sqlstate = "" } = failure.postgres ?? {};
  const isPlaced = where !== undefined || sqlstate.startsWith("23");
  const located = isPlaced ? await locate(failure).catch(() => failure) : failure;
  if (!(located.stack ?? "").includes("    at "))
    Error.captureStackTrace(located, caller as (...args: never) => unknown);
  return located;
}

/** How the owner acts: as migrations and SQL tests do. */
export function ownerOptions(target: Target, { owner }: DatabaseRoles): ActingOptions {
  return { target, setup: `set role ${quoteIdentifier(owner)}; set search_path = public; set time zone 'UTC'` };
}

/** How requests act: connected as they are, a transaction with role and claims for each statement. */
export function requestOptions(
  role: string,
  claims: object,
  logins: {
    readonly roles: DatabaseRoles;
    readonly authenticator: Target;
    readonly service: Target;
    readonly admin: Target;
  },
): ActingOptions {
  const { roles, authenticator, service, admin } = logins;
  const names: ReadonlyMap<string, string> = new Map([
    ["anon", roles.anon],
    ["authenticated", roles.authenticated],
    ["service_role", roles.serviceRole],
  ]);
  const actual = names.get(role) ?? role;
  const isRequest = actual === roles.anon || actual === roles.authenticated;
  const target = isRequest ? authenticator : actual === roles.serviceRole ? service : admin;
  const local = { role: actual, "request.jwt.claims": JSON.stringify(claims) };
  return { target, setup: "set search_path = public; set time zone 'UTC'", local };
}

/** Looks an error up in what the test's database knows: in the source map, and where the constraint of a violation is declared. */
export async function locateIn(
  target: Target,
  { roles: { owner }, root }: { readonly roles: DatabaseRoles; readonly root: string },
  error: StatementError,
): Promise<StatementError> {
  await using connection = await connect(target, { applicationName: "howdah test" });
  await connection.execute(`set role ${quoteIdentifier(owner)}`);
  const violated = await violationPlace(connection, error.postgres);
  const map = await readProjectMap(connection, async (file) => readFile(join(root, file), "utf8"));
  return atPlaces(error, locateError(error, map), violated);
}
