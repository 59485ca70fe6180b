import { AppError } from "../../../errors/index.ts";
import { quoteIdentifier, sql, type Connection } from "../../../postgres/index.ts";
import { place, statementError, type Statement } from "../../../schema/index.ts";
import type { Applied } from "./apply.ts";
import type { Step } from "./compile.ts";
import { routinesOf } from "./execute.ts";
import { scriptSettings } from "./session.ts";

/**
 * Runs the scripts of a package that can't be part of its transaction, one statement after the other, each written down
 * when it is done: after a failure (WD656) the next deployment goes on with the failed one.
 */
export async function runSteps(connection: Connection, { id, compiled, decision, schemas }: Applied): Promise<void> {
  if (id === undefined || compiled.steps.length === 0) return;
  await connection.execute(scriptSettings(schemas, "session"));
  try {
    for (const step of compiled.steps) {
      const known = decision.verdict === "resume" ? decision.state.steps[step.script.file] : undefined;
      // Another text begins anew.
      const done = known?.checksum === step.script.checksum ? known.done : 0;
      await runStep(connection, id, step, done, known?.status === "failed");
    }
    await connection.query(
      sql`update _pgpm.packages set status = 'ADDED', changed_at = pg_catalog.now() where id = ${id}`,
    );
  } finally {
    await connection.execute("reset all").catch(() => {});
  }
}

async function runStep(
  connection: Connection,
  id: number,
  { script, statements }: Step,
  from: number,
  isRetried: boolean,
): Promise<void> {
  for (const [at, statement] of statements.entries()) {
    if (at < from) continue;
    try {
      if (isRetried && at === from) await removeInvalid(connection, statement);
      await connection.execute(statement.text);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      await note(connection, id, script, { done: at, status: "failed", error: error.message });
      throw stepError(error, statement);
    }
    const isLast = at === statements.length - 1;
    await note(connection, id, script, { done: at + 1, status: isLast ? "done" : "pending", error: null });
  }
  if (statements.length === 0) await note(connection, id, script, { done: 0, status: "done", error: null });
}

async function note(
  connection: Connection,
  id: number,
  { file, checksum }: Step["script"],
  state: { readonly done: number; readonly status: string; readonly error: string | null },
): Promise<void> {
  await connection.query(sql`
    update _pgpm.package_steps
    set
      done = ${state.done},
      status = ${state.status},
      error = ${state.error},
      checksum = ${checksum},
      changed_at = pg_catalog.clock_timestamp()
    where package_id = ${id} and file = ${file}`);
}

/** A `create index concurrently` that failed leaves an invalid index of its name behind. */
async function removeInvalid(connection: Connection, { node }: Statement): Promise<void> {
  if (!("IndexStmt" in node) || node.IndexStmt.concurrent !== true) return;
  const { idxname, relation } = node.IndexStmt;
  if (idxname === undefined || relation?.relname === undefined) return;
  const [found] = await connection.query<{ schema: string }>(sql`
    select namespace.nspname as schema
    from pg_catalog.pg_index as index
    join pg_catalog.pg_class as class on class.oid = index.indexrelid
    join pg_catalog.pg_class as relation on relation.oid = index.indrelid
    join pg_catalog.pg_namespace as namespace on namespace.oid = class.relnamespace
    where not index.indisvalid
      and class.relname = ${idxname}
      and relation.relname = ${relation.relname}
      and namespace.nspname = any (pg_catalog.current_schemas(false))`);
  if (found === undefined) return;
  await connection.execute(`drop index concurrently ${quoteIdentifier(found.schema)}.${quoteIdentifier(idxname)}`);
}

function stepError(error: AppError, statement: Statement): AppError {
  const located = statementError(error, { source: statement.source, start: statement.start }, routinesOf([]));
  const at = statement.source.position(statement.start);
  return new AppError("WD656", `a step of the package failed: ${located.message}`, {
    detail: located.detail ?? `all before ${place(at)} is done`,
    hint: "mend it and deploy again: it goes on here",
    position: located.position,
    source: located.source,
    postgres: located.postgres,
    cause: error,
  });
}
