import { AppError } from "../errors/index.ts";
import { firstWord } from "./first-word.ts";
import type { Frontend } from "./frontend.ts";
import type { RequestPhase, StepKind } from "./request-phase.ts";
import type { RequestJob } from "./request-job.ts";
import type { RequestContext, RequestQuery } from "./request-pool.ts";
import type { StatementCache } from "./statement-cache.ts";

/**
 * Writes a request up to its Sync: a statement that takes role and settings, then each query.
 *
 * What stands before one Sync runs in one implicit transaction, so that everything is local to it. Before
 * PostgreSQL 18 that one can be ended from within: a procedure that is called, or a DO block, may COMMIT, and what
 * follows would run as the pool's login. For those, BEGIN and COMMIT stand around it, in the same write. Throws WD211.
 */
export function writeRequest(
  out: Frontend,
  phase: RequestPhase,
  statements: StatementCache,
  { context, queries }: RequestJob,
  version: number,
): void {
  const parsing = new Set<string>();
  const write = (kind: StepKind, role: string, query: RequestQuery): void => {
    const statement = statements.take(role, query.text);
    const parse = !statement.known && !parsing.has(statement.name);
    if (parse) {
      parsing.add(statement.name);
      out.parse(statement.name, query.text).describe(statement.name);
    }
    phase.expect(kind, statement, parse);
    out.bind(statement.name, query.values).execute();
  };
  const explicit = version < 180_000 && queries.some((query) => needsBlock.has(firstWord(query.text)));
  if (explicit) write("begin", "", begin);
  write("setup", "", setupQuery(context));
  for (const query of queries) write("query", context.role, query);
  if (context.accessMode === "read only" && version < 160_000) write("guard", "", guard);
  if (explicit) write("commit", "", commit);
  out.sync();
}

/**
 * Fails a read-only request that wrote. PostgreSQL 15 lets `reset transaction_read_only` out of every read-only
 * transaction, also out of BEGIN READ ONLY; but who writes is given a transaction id, and can't give it back.
 */
const guard: RequestQuery = {
  text: "select 1 / case when pg_catalog.pg_current_xact_id_if_assigned() is null then 1 else 0 end",
  values: [],
};

const begin: RequestQuery = { text: "begin", values: [] };
const commit: RequestQuery = { text: "commit", values: [] };

/** Throws WD209, WD212 and WD213 for a request that must not be sent, before it waits for a connection. */
export function checkRequest(context: RequestContext, queries: readonly RequestQuery[], maxBytes: number): void {
  if (context.role === "none" || context.role === "") {
    throw new AppError("WD209", "a request needs a role", { detail: `${JSON.stringify(context.role)} is none` });
  }
  let length = 0;
  for (const { text, values } of queries) {
    const word = firstWord(text);
    if (forbidden.has(word)) throw new AppError("WD213", "a request can't run this statement", { detail: word });
    length = values.reduce((sum, value) => sum + (value?.length ?? 0), length + text.length);
  }
  // Characters here, bytes once it is written: a text has at least as many bytes.
  checkBytes(length, maxBytes);
}

/** Throws WD212 for a request that is longer than the pool allows. */
export function checkBytes(length: number, maxBytes: number): void {
  if (length <= maxBytes) return;
  throw new AppError("WD212", "the request is too large", { detail: `${length} bytes, of at most ${maxBytes}` });
}

/** They begin or end the transaction that a request is, or speak a protocol of their own. */
const forbidden: ReadonlySet<string> = new Set([
  "begin",
  "start",
  "commit",
  "end",
  "rollback",
  "abort",
  "savepoint",
  "release",
  "copy",
]);

/** Before PostgreSQL 18 these need, or must not get out of, a transaction of BEGIN and COMMIT. */
const needsBlock: ReadonlySet<string> = new Set(["call", "do", "lock"]);

/**
 * `select set_config(…, true), …`: the settings, then the role, which is thereby not bound to what a setting says.
 *
 * Read only is a setting too, which costs nothing, unlike BEGIN READ ONLY and COMMIT, and is as strong: as the
 * statement has taken a snapshot, nothing in the same transaction can set it back (request-pool.test.ts tries).
 */
function setupQuery(context: RequestContext): RequestQuery {
  const values: string[] = [];
  for (const name in context.settings) values.push(name, context.settings[name] ?? "");
  if (context.accessMode === "read only") values.push("transaction_read_only", "on");
  values.push("role", context.role);
  return { text: setupText(values.length / 2), values };
}

const setupTexts: string[] = [];

function setupText(count: number): string {
  return (setupTexts[count] ??= `select ${Array.from({ length: count }, (_, index) => {
    return `pg_catalog.set_config($${index * 2 + 1}, $${index * 2 + 2}, true)`;
  }).join(", ")}`);
}
