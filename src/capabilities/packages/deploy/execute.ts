import { AppError } from "../../../errors/index.ts";
import { quoteIdentifier, sql, type Transaction } from "../../../postgres/index.ts";
import { nodeKind, sourceMap, statementError, type SourceMap } from "../../../schema/index.ts";
import { staticSql } from "../static-sql.ts";
import type { Compiled } from "./compile.ts";
import type { Decision } from "./decide.ts";
import type { PackageAction } from "./deployment.ts";
import type { PackageStatement } from "./package-statement.ts";
import { scriptSettings } from "./session.ts";
import { validateRoutines } from "./validate.ts";

/** Objects of the schema that no file defines any more: kind and identity. */
export type Leftover = readonly { readonly kind: string; readonly identity: string }[];

/** Makes room, runs every statement, and has the bodies of routines checked: inside the caller's transaction. */
export async function executePackage(
  tx: Transaction,
  decision: Decision,
  compiled: Compiled,
  schemas: readonly string[],
): Promise<void> {
  const { schema, manifest } = decision.source;
  await makeRoom(tx, decision.room);
  if (schema !== undefined && decision.fresh) {
    await tx.execute(`create schema ${quoteIdentifier(schema)}`);
    await tx.execute(
      `comment on schema ${quoteIdentifier(schema)} is '${`package ${manifest.name} ${manifest.versionText}`.replaceAll("'", "''")}'`,
    );
  }
  const settings = scriptSettings(schemas, "transaction");
  await tx.execute(settings);
  const map = routinesOf(compiled.statements);
  for (const statement of compiled.statements) await run(tx, statement, map, settings);
  await validateRoutines(tx, schema, compiled.statements);
}

async function makeRoom(tx: Transaction, room: PackageAction | undefined): Promise<void> {
  if (room?.kind === "rename schema") {
    await tx.execute(`alter schema ${quoteIdentifier(room.schema)} rename to ${quoteIdentifier(room.to)}`);
  }
  // What falls with it was listed, and accepted.
  if (room?.kind === "drop schema") {
    await tx.execute("set local client_min_messages = warning");
    await tx.execute(`drop schema ${quoteIdentifier(room.schema)} cascade`);
  }
}

async function run(tx: Transaction, { statement }: PackageStatement, map: SourceMap, settings: string): Promise<void> {
  try {
    await tx.execute(statement.text);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw statementError(error, { source: statement.source, start: statement.start }, map);
  }
  // A script that sets its own search_path does so for itself alone.
  if (changesSettings(statement.node)) await tx.execute(settings);
}

function changesSettings(node: PackageStatement["statement"]["node"]): boolean {
  return ["VariableSetStmt", "SelectStmt", "DoStmt", "CallStmt", "DiscardStmt"].includes(nodeKind(node));
}

/** The package's routines, so that an error within one points into its file. */
export function routinesOf(statements: readonly PackageStatement[]): SourceMap {
  const routines = statements.filter(({ provides }) => provides?.startsWith("routine ") === true);
  const map = sourceMap(
    routines.map(({ provides = "", statement }) => ({
      identity: provides.replace("routine ", ""),
      source: statement.source,
      start: statement.start,
      definition: statement.text,
    })),
  );
  // Names are all that the files tell: of overloads none is found.
  const bare = (signature: string): string => signature.replace(/\(.*$/s, "").replace(/^.*\./s, "");
  return { ...map, find: (signature) => map.find(bare(signature)) };
}

/** What the files of a package no longer define; with `touched`, routines that this transaction left alone count too. */
export async function readLeftover(
  tx: Pick<Transaction, "query">,
  schema: string,
  names: ReadonlySet<string>,
  touched: boolean,
): Promise<Leftover> {
  return await tx.query<Leftover[number]>({ text: staticSql("leftover"), values: [schema, [...names], touched] });
}

/** Without cascade: what something else still needs stays, as an error. */
export async function prune(tx: Transaction, leftover: Leftover): Promise<void> {
  for (const { kind, identity } of leftover) await tx.execute(`drop ${kind} ${identity}`);
}

/** Execution for the usage roles alone, and everything to the owner. */
export async function grant(tx: Transaction, { source }: Decision): Promise<void> {
  const { schema, manifest } = source;
  if (schema === undefined) return;
  const name = quoteIdentifier(schema);
  if (manifest.usage.length > 0) {
    const roles = manifest.usage
      .map((role) => (role.toLowerCase() === "public" ? "public" : quoteIdentifier(role)))
      .join(", ");
    await tx.execute(`
      revoke all on schema ${name} from public;
      revoke execute on all routines in schema ${name} from public;
      grant usage on schema ${name} to ${roles};
      grant execute on all routines in schema ${name} to ${roles};
    `);
    await grantApi(tx, roles);
  }
  if (manifest.owner !== undefined) {
    await tx.query(sql`select _pgpm.alter_schema_owner(${schema}, ${manifest.owner})`);
  }
}

/** Who may use a package may look for its version; a role that does not own the ledger can't give that away. */
async function grantApi(tx: Transaction, roles: string): Promise<void> {
  const [row] = await tx.query<{ may: boolean }>(sql`
    select pg_catalog.pg_has_role(current_user, nspowner, 'usage') as may
    from pg_catalog.pg_namespace
    where nspname = '_pgpm'`);
  if (row?.may !== true) return;
  await tx.execute(`
    grant usage on schema _pgpm to ${roles};
    grant select on _pgpm.packages, _pgpm.package_dependencies to ${roles};
    grant execute on function
      _pgpm.set_search_path(text, text, boolean), _pgpm.resolve(text, text),
      _pgpm.satisfies(text, text), _pgpm.version_key(text)
    to ${roles};
  `);
}
