import { AppError, toAppError } from "../../../errors/index.ts";
import { quoteIdentifier, quoteLiteral, sql, StatementError, type Transaction } from "../../../postgres/index.ts";
import { planExtensions, throwFirst, type ExtensionAction, type ExtensionPlan } from "./plan.ts";
import { readExtensions, readServer } from "./state.ts";
import type { WantedExtension } from "./wanted.ts";

/**
 * Creates what is missing in the database, and updates what is older than the files: inside a transaction, ahead of the
 * project's SQL. All that is in the way is found before anything runs: WD708 to WD711.
 *
 * Leaves the role as `owner`.
 */
export async function applyExtensions(
  tx: Transaction,
  wanted: readonly WantedExtension[],
  owner: string,
): Promise<readonly ExtensionAction[]> {
  if (wanted.length === 0) return [];
  const asOwner = `set local role ${quoteIdentifier(owner)}`;
  const isUpToDate = (await preflight(tx, wanted, owner)).actions.length === 0;
  if (isUpToDate) {
    await tx.execute(asOwner);
    return [];
  }
  // Two that create the same at once: the second waits for the first, and finds it done.
  await tx.query(sql`select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtext('howdah extensions'))`);
  const { actions, superuser, restarts } = await preflight(tx, wanted, owner);
  throwFirst(restarts);
  await tx.execute(asOwner);
  for (const action of actions) await run(tx, action, owner, superuser);
  return actions;
}

/**
 * What `applyExtensions` would do, and who would do it; throws what is in the way (WD709 to WD711). Leaves the role as that which has
 * connected, for whom a server's settings are.
 */
export async function preflight(
  tx: Transaction,
  wanted: readonly WantedExtension[],
  owner: string,
): Promise<ExtensionPlan & { readonly superuser: boolean }> {
  await tx.execute("set local role none");
  const server = await readServer(tx);
  const state = await readExtensions(
    tx,
    wanted.map(({ name }) => name),
  );
  const plan = await planExtensions(tx, wanted, state, server);
  if (!server.superuser && plan.restarts.length === 0) await tryOut(tx, plan.actions, owner);
  return { ...plan, superuser: server.superuser };
}

/**
 * Which of them this role may not create, or update: found by trying, and taking it back. Managed servers let roles without superuser
 * create some that are not trusted, by rules that stand in no catalog.
 */
async function tryOut(tx: Transaction, actions: readonly ExtensionAction[], owner: string): Promise<void> {
  if (actions.every(({ trusted }) => trusted)) return;
  const refused: AppError[] = [];
  await tx.execute(`savepoint howdah_trial; set local role ${quoteIdentifier(owner)}`);
  for (const action of actions) {
    await tx.execute("savepoint howdah_trial_one");
    try {
      await run(tx, action, owner, false);
    } catch (error) {
      // Whatever else is wrong with it is told by the one that counts.
      if (error instanceof AppError && error.code === "WD709") refused.push(error);
      await tx.execute("rollback to savepoint howdah_trial_one");
    }
  }
  await tx.execute("rollback to savepoint howdah_trial; set local role none");
  throwFirst(refused);
}

async function run(tx: Transaction, action: ExtensionAction, owner: string, superuser: boolean): Promise<void> {
  const { name, schema } = action;
  // What is trusted belongs to the owner, who may drop it, too.
  const asOwner = action.trusted && !superuser;
  if (schema !== undefined) await tx.execute(`create schema if not exists ${quoteIdentifier(schema)}`);
  try {
    if (!asOwner) await tx.execute("set local role none");
    await tx.execute(statementOf(action));
    if (!asOwner) await openSchemas(tx, name, owner);
    await tx.execute(`set local role ${quoteIdentifier(owner)}`);
  } catch (error) {
    throw named(error, action);
  }
}

/** The statement of an action: names quoted, the version as a literal. */
export function statementOf({ kind, name, schema, version }: ExtensionAction): string {
  const to = version === undefined ? "" : ` ${kind === "create" ? "version" : "to"} ${quoteLiteral(version)}`;
  if (kind === "update") return `alter extension ${quoteIdentifier(name)} update${to}`;
  const where = schema === undefined ? "" : ` schema ${quoteIdentifier(schema)}`;
  return `create extension ${quoteIdentifier(name)}${where}${to}`;
}

/** Schemas that an extension makes for itself are closed to all but who has created it. */
async function openSchemas(tx: Transaction, name: string, owner: string): Promise<void> {
  const rows = await tx.query<{ schema: string }>(sql`
    select nspname as schema
    from pg_catalog.pg_depend as member
    join pg_catalog.pg_extension as extension on extension.oid = member.refobjid
    join pg_catalog.pg_namespace as namespace on namespace.oid = member.objid
    where member.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
      and member.classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass
      and member.deptype = 'e'
      and extension.extname = ${name}
  `);
  const grants = rows.map(
    ({ schema }) => `grant usage on schema ${quoteIdentifier(schema)} to ${quoteIdentifier(owner)}`,
  );
  if (grants.length > 0) await tx.execute(grants.join(";\n"));
}

function named(error: unknown, action: ExtensionAction): unknown {
  if (!(error instanceof StatementError)) return error;
  const { message, postgres } = toAppError(error);
  const verb = action.kind === "create" ? "created" : "updated";
  // 3F000: it may create nothing in any schema of the search_path.
  if (postgres?.sqlstate === "42501" || postgres?.sqlstate === "3F000") {
    return new AppError("WD709", `the extension ${action.name} can't be ${verb} by this role`, {
      detail: message,
      hint: `ask an administrator for: ${statementOf(action)}`,
      cause: error,
    });
  }
  return new AppError("WD712", `the extension ${action.name} can't be ${verb}`, {
    detail: [message, postgres?.detail, statementOf(action)].filter(Boolean).join("\n"),
    hint: postgres?.hint ?? "nothing was changed",
    cause: error,
  });
}
