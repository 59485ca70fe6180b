import { AppError } from "../errors/index.ts";
import { connect, quoteIdentifier, sql, type Connection } from "../postgres/index.ts";
import { workerSchema } from "../language/index.ts";
import type { ProjectDatabase } from "./application.ts";

/**
 * Prepares a database for calls of the worker: the schema, dblink in it, and what the owner may do with it.
 *
 * Without `calls`, functions run inside the database, and no dblink is needed. Returns the schema that dblink is in. Throws WD495 where the connected role may not do what is missing.
 */
export async function prepareWorkerDatabase(database: ProjectDatabase, calls: boolean): Promise<string> {
  await using connection = await connect(database.admin, { applicationName: "howdah" });
  const owner = quoteIdentifier(database.roles.owner);
  const present = await dblinkSchema(connection);
  const schema = present ?? workerSchema;
  const dblink = [
    ...(present === undefined ? [`create extension dblink schema ${workerSchema}`] : []),
    ...((await isReady(connection, schema, database.roles.owner)) ? [] : grantsOf(schema, owner)),
  ];
  // The owner of a database makes schemas in it; the rest may take somebody else.
  if (!(await hasSchema(connection)))
    await run(connection, [`set local role ${owner}`, `create schema ${workerSchema}`]);
  if (calls && dblink.length > 0) await run(connection, dblink);
  return schema;
}

function grantsOf(schema: string, owner: string): readonly string[] {
  const place = quoteIdentifier(schema);
  const ours = schema === workerSchema ? dblinkFunctions : [];
  return [
    ...ours.map((each) => `revoke all on function ${place}.${each} from public`),
    ...usedFunctions.map((each) => `grant execute on function ${place}.${each} to ${owner}`),
    `grant usage on schema ${place} to ${owner}`,
    `grant usage on foreign data wrapper dblink_fdw to ${owner}`,
  ];
}

/** What the trampoline calls. */
const usedFunctions = [
  "dblink_connect(text, text)",
  "dblink_disconnect(text)",
  "dblink_get_connections()",
  "dblink_is_busy(text)",
  "dblink(text, text)",
];

/** All by which a role could reach other servers: none of them is PUBLIC's in a schema of ours. */
const dblinkFunctions = [
  ...usedFunctions,
  ...["dblink_connect(text)", "dblink(text)", "dblink(text, boolean)", "dblink(text, text, boolean)"],
  ...["dblink_exec(text)", "dblink_exec(text, text)", "dblink_exec(text, boolean)", "dblink_exec(text, text, boolean)"],
  ...["dblink_open(text, text)", "dblink_open(text, text, boolean)", "dblink_open(text, text, text)"],
  ...["dblink_open(text, text, text, boolean)", "dblink_send_query(text, text)", "dblink_get_result(text)"],
];

async function run(connection: Connection, statements: readonly string[]): Promise<void> {
  try {
    await connection.transaction(async (tx) => {
      await tx.query(sql`select pg_catalog.pg_advisory_xact_lock(1752135538, 2)`);
      for (const statement of statements) await tx.execute(idempotent(statement));
    });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new AppError("WD495", "this database can't call the worker that runs functions", {
      detail: `${error.message}\n\nan administrator runs once:\n\n${statements.join(";\n")};`,
      hint: "or write these functions in SQL, PL/pgSQL or another language that the database has",
      postgres: error.postgres,
      cause: error,
    });
  }
}

/** Two may prepare at once: the second one finds it done when its wait is over. */
function idempotent(statement: string): string {
  return statement
    .replace(/^create schema /, "create schema if not exists ")
    .replace(/^create extension /, "create extension if not exists ");
}

async function dblinkSchema(connection: Connection): Promise<string | undefined> {
  const [row] = await connection.query<{ schema: string }>(sql`
    select namespace.nspname as schema
    from pg_catalog.pg_extension as extension
    join pg_catalog.pg_namespace as namespace on namespace.oid = extension.extnamespace
    where extension.extname = 'dblink'
  `);
  return row?.schema;
}

async function hasSchema(connection: Connection): Promise<boolean> {
  const [row] = await connection.query<{ there: boolean }>(sql`
    select exists (select from pg_catalog.pg_namespace where nspname = ${workerSchema}) as there
  `);
  return row?.there === true;
}

async function isReady(connection: Connection, schema: string, owner: string): Promise<boolean> {
  const [row] = await connection.query<{ ready: boolean }>(sql`
    select
      pg_catalog.has_foreign_data_wrapper_privilege(${owner}, wrapper.oid, 'usage')
        and pg_catalog.has_schema_privilege(${owner}, namespace.oid, 'usage')
        and not exists (
          select
          from pg_catalog.pg_proc as used
          where used.pronamespace = namespace.oid
            and used.proname || '(' || pg_catalog.oidvectortypes(used.proargtypes) || ')' = any (${[...usedFunctions]}::text[])
            and not pg_catalog.has_function_privilege(${owner}, used.oid, 'execute')
        ) as ready
    from pg_catalog.pg_namespace as namespace
    join pg_catalog.pg_foreign_data_wrapper as wrapper on wrapper.fdwname = 'dblink_fdw'
    where namespace.nspname = ${schema}
  `);
  return row?.ready === true;
}
