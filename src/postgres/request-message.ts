import { AppError } from "../errors/index.ts";
import { appendInline, checkValues, setupText } from "./cleanup.ts";
import { firstWord } from "./first-word.ts";
import type { Frontend } from "./frontend.ts";
import type { RequestPhase, StepKind } from "./request-phase.ts";
import type { RequestJob } from "./request-job.ts";
import type { RequestContext, RequestQuery } from "./request-pool.ts";
import type { Statement, StatementCache } from "./statement-cache.ts";

/** What a connection holds ahead of a request. */
export interface Held {
  readonly statements: StatementCache;
  /** The text of the unnamed statement, if it is one that begins a request. */
  readonly setup: string | undefined;
  /** The server's, e.g. 180004. */
  readonly version: number;
}

export type InlineCleanup = "reads" | "writes";

/**
 * Writes a request up to, and without, its Sync: a statement that takes role and settings, each query, and its cleanup
 * where it may stand there (`inlineCleanup`). Returns what the connection holds as its unnamed statement afterwards.
 *
 * What stands before one Sync runs in one implicit transaction, so that everything is local to it. BEGIN and its end
 * stand around it, in the same write, where the transaction is not to be an ordinary one; and where it could be ended
 * from within: before PostgreSQL 18 a procedure that is called, or a DO block, may COMMIT, and what follows would run
 * as the pool's login. Throws WD211.
 */
export function writeRequest(
  out: Frontend,
  phase: RequestPhase,
  held: Held,
  job: RequestJob,
  cleanup: InlineCleanup | undefined,
): string {
  const { context, queries } = job;
  const { version } = held;
  const writer = new RequestWriter(out, phase, held.statements);
  const block = blockOf(context, queries, version);
  if (block !== undefined) writer.write("begin", "", block.begin);
  // What the connection holds here, ahead of what the queries add.
  const setup = setupQuery(context, queries.some(isGeneric), held.statements.size);
  if (setup.text !== held.setup) writer.parseUnnamed(setup.text);
  writer.writeUnnamed(setup);
  for (const query of queries) {
    if (isGeneric(query)) writer.writePlanned(context.role, query);
    else writer.write("query", context.role, query);
  }
  if (context.accessMode === "read only" && version < holdsReadOnly) writer.write("guard", "", guard);
  for (const query of block?.end ?? []) writer.write("end", "", query);
  if (cleanup === undefined) return setup.text;
  if (context.accessMode !== "read only") {
    writer.write("end", "", deferred);
    for (const query of late) writer.write("late", "", query);
  }
  phase.expectCleanup(appendInline(out, cleanup));
  return setup.text;
}

/**
 * What kind of cleanup may run in the transaction of a request: none where it is a block of its own, or a stream, whose rows
 * are passed on before it; none where it is sent again, because it removed statements of ours, or deferred what is not to
 * run behind the cleanup, and would do so again; and none behind what writes where read only does not hold, or where a
 * setting says how to commit, which would be taken back ahead of it.
 */
export function inlineCleanup(
  { context, queries, sink, repeated }: RequestJob,
  version: number,
): InlineCleanup | undefined {
  if (repeated || sink !== undefined || blockOf(context, queries, version) !== undefined) return undefined;
  const holds = version >= holdsReadOnly;
  if (context.accessMode === "read only") return holds ? "reads" : "writes";
  return holds && context.settings["synchronous_commit"] === undefined ? "writes" : undefined;
}

/**
 * True for a request that may be sent while one like it runs on the same connection, behind its Sync: it neither writes nor
 * runs for long by what it is, its cleanup is part of it, and it may be run once more elsewhere when it has to wait.
 */
export function canRide(job: RequestJob, version: number): boolean {
  return inlineCleanup(job, version) === "reads";
}

/** Writes statements one behind the other; each is parsed where the connection does not hold it yet. */
class RequestWriter {
  readonly #out: Frontend;
  readonly #phase: RequestPhase;
  readonly #statements: StatementCache;
  readonly #parsing = new Set<Statement>();
  /** A portal lives until the Sync: each has a name of its own. */
  #planned = 0;

  constructor(out: Frontend, phase: RequestPhase, statements: StatementCache) {
    this.#out = out;
    this.#phase = phase;
    this.#statements = statements;
  }

  /** A statement without a name stays until the next one is parsed: SQL can't reach it. */
  parseUnnamed(text: string): void {
    this.#phase.expectParse(undefined);
    this.#out.parse("", text);
  }

  writeUnnamed(query: RequestQuery): void {
    this.#phase.expect("setup", unnamed, true);
    this.#out.bind("", query.values).execute();
  }

  write(kind: StepKind, role: string, query: RequestQuery): void {
    const { statement, parsed } = this.#parse(role, query.text);
    this.#phase.expect(kind, statement, parsed);
    this.#out.bind(statement.name, query.values).execute();
  }

  /** Postgres plans at Bind; the setting that chose the plan is gone again when the statement runs. */
  writePlanned(role: string, query: RequestQuery): void {
    // The setup has chosen it for the first.
    if (this.#planned > 0) this.write("plan", "", planOnce);
    const portal = `planned${this.#planned++}`;
    const { statement, parsed } = this.#parse(role, query.text);
    this.#out.bind(statement.name, query.values, portal);
    this.write("plan", "", planAsEver);
    this.#phase.expect("query", statement, parsed, true);
    this.#out.execute(portal);
  }

  #parse(role: string, text: string): { readonly statement: Statement; readonly parsed: boolean } {
    const statement = this.#statements.take(role, text);
    const parsed = !statement.known;
    if (parsed && !this.#parsing.has(statement)) {
      this.#parsing.add(statement);
      this.#phase.expectParse(statement);
      this.#out.parse(statement.name, text).describe(statement.name);
    }
    return { statement, parsed };
  }
}

/** Stands for the statement without a name, which no request can find outdated: nothing in it is a user's. */
const unnamed: Statement = { name: "", text: "", role: "", columns: [], known: true };

const planOnce: RequestQuery = { text: "set local plan_cache_mode to force_generic_plan", values: [] };
const planAsEver: RequestQuery = { text: "set local plan_cache_mode to default", values: [] };

function isGeneric(query: RequestQuery): boolean {
  return query.plan === "generic";
}

interface Block {
  readonly begin: RequestQuery;
  readonly end: readonly RequestQuery[];
}

function blockOf(context: RequestContext, queries: readonly RequestQuery[], version: number): Block | undefined {
  const { isolation, end = "commit" } = context;
  const needed = version < 180_000 && queries.some((query) => needsBlock.has(firstWord(query.text)));
  if (isolation === undefined && end === "commit" && !needed) return undefined;
  return { begin: begin[isolation ?? "default"], end: ends[end] };
}

const begin: Readonly<Record<NonNullable<RequestContext["isolation"]> | "default", RequestQuery>> = {
  default: { text: "begin", values: [] },
  "repeatable read": { text: "begin isolation level repeatable read", values: [] },
  serializable: { text: "begin isolation level serializable", values: [] },
};

const ends: Readonly<Record<NonNullable<RequestContext["end"]>, readonly RequestQuery[]>> = {
  commit: [{ text: "commit", values: [] }],
  // A rollback alone would never ask deferred constraints.
  rollback: [
    { text: "set constraints all immediate", values: [] },
    { text: "rollback", values: [] },
  ],
};

/**
 * Fails a read-only request that wrote. PostgreSQL 15 lets `reset transaction_read_only` out of every read-only
 * transaction, also out of BEGIN READ ONLY; but who writes is given a transaction id, and can't give it back.
 */
const guard: RequestQuery = {
  text: "select 1 / case when pg_catalog.pg_current_xact_id_if_assigned() is null then 1 else 0 end",
  values: [],
};

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

/** Runs what was deferred to the commit, so that nothing is left to run behind a cleanup that stands before it. */
const deferred: RequestQuery = { text: "set constraints all immediate", values: [] };

/**
 * Again, since what ran may have deferred more: no longer able to write, it can defer nothing any more but of a temporary
 * table, which the cleanup then fails to drop.
 */
const late: readonly RequestQuery[] = [{ text: "set local transaction_read_only to on", values: [] }, deferred];

/** From this version on nothing leads out of a transaction that is read only. */
const holdsReadOnly = 160_000;

/** Before PostgreSQL 18 these need, or must not get out of, a transaction of BEGIN and COMMIT. */
const needsBlock: ReadonlySet<string> = new Set(["call", "do", "lock"]);

/**
 * Checks the session, then takes the settings and the role, which is thereby not bound to what a setting says.
 *
 * Read only is a setting too, which costs nothing, unlike BEGIN READ ONLY and COMMIT, and is as strong: as the
 * statement has taken a snapshot, nothing in the same transaction can set it back (request-pool.test.ts tries).
 */
function setupQuery(context: RequestContext, generic: boolean, held: number): RequestQuery {
  const values: string[] = [...checkValues(held)];
  for (const name in context.settings) values.push(name, context.settings[name] ?? "");
  if (context.accessMode === "read only") values.push("transaction_read_only", "on");
  if (generic) values.push("plan_cache_mode", "force_generic_plan");
  const own = (values.length - checkLength) / 2 + 1;
  const padded = Math.ceil(own / settingsStep) * settingsStep;
  // Once more is as good as once. The role itself comes last.
  for (let count = own; count < padded; count++) values.push("role", context.role);
  values.push("role", context.role);
  return { text: (setupTexts[padded] ??= setupText(padded)), values };
}

/** How many values the check takes. */
const checkLength = 2;
/** Requests of about as many settings share a statement, since a connection holds one without a name. */
const settingsStep = 3;
const setupTexts: string[] = [];
