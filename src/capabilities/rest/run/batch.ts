import type { Identity } from "../../../identity/index.ts";
import { StatementError, type RawResult, type RequestContext, type RequestQuery } from "../../../postgres/index.ts";
import { batchMemberFailure, failureBody, failureHeaders, ofRequest, toFailure } from "../failure/index.ts";
import { planRequest, type DatabasePlan, type RestPlan } from "../plan/index.ts";
import { toStatements, type RestStatements } from "../query/index.ts";
import { parsePreferences, parseRequest, type HttpRequest, type RestRequest } from "../request/index.ts";
import { toResponse, type RestResponse } from "../response/index.ts";
import type { RestSettings } from "../settings.ts";
import { batchBody } from "./batch-body.ts";
import type { HttpResponse } from "./http.ts";
import type { KnownDatabase } from "./known-database.ts";
import type { Planned } from "./planned.ts";
import { toResult } from "./result.ts";
import { withRoleSettings } from "./role-settings.ts";
import { headerOf } from "./tag.ts";
import { withKnownTimezone } from "./timezone.ts";

/** Who asks, and what it is asked of. */
export interface Batching extends Pick<Planned, "pool" | "told" | "signal"> {
  readonly identity: Identity;
  readonly known: KnownDatabase;
  readonly settings: RestSettings;
  /** The Prefer header of the batch itself. */
  readonly prefer: string | undefined;
}

/** One request of a batch, ready to run. */
interface Member {
  readonly request: RestRequest;
  readonly plan: DatabasePlan;
  readonly statements: RestStatements;
  readonly queries: readonly RequestQuery[];
}

/** True of what is a batch: a POST to the root, which PostgREST refuses. */
export function isBatch({ method, url }: Pick<HttpRequest, "method" | "url">, { beyond }: RestSettings): boolean {
  return beyond.batchRequests > 0 && method === "POST" && /^\/?(\?|$)/.test(url);
}

/**
 * Runs requests one after the other in one transaction, and answers with what each would be answered with; all or
 * nothing. Throws RestFailure with the index of the request that failed.
 */
export async function answerBatch(requests: readonly HttpRequest[], batching: Batching): Promise<HttpResponse> {
  const { pool, signal, told } = batching;
  const plans = requests.map((request, index) => ofMember(batching, index, () => planMember(request, batching)));
  const writes = plans.some(({ plan }) => plan.accessMode === "read write");
  const members = plans.map((planned, index) =>
    ofMember(batching, index, () => toMember(planned, { index, writes }, batching)),
  );
  const [first] = members;
  if (first === undefined) return batchBody([]);
  for (const { statements } of members) told?.(statements.main.text);
  const context = contextOf(members, writes);
  const run = pool.run(
    context,
    members.flatMap(({ queries }) => queries),
    writes ? {} : { signal },
  );
  const results = await run.catch((error: unknown) => Promise.reject(memberFailure(error, members, batching)));
  let at = 0;
  const responses = members.map(({ request, plan, statements, queries }) => {
    const own = results.slice(at, (at += queries.length));
    return respondAlone({ request, plan, statements }, own, batching);
  });
  return batchBody(responses);
}

function ofMember<T>(batching: Batching, index: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw ofRequest(toFailure(error, isAuthenticated(batching)), index);
  }
}

function isAuthenticated({ identity, settings }: Batching): boolean {
  return identity.role !== settings.anonRole;
}

/** The failure of the request whose statement it was; the commit's belongs to all. */
function memberFailure(error: unknown, members: readonly Member[], batching: Batching): unknown {
  const statement = error instanceof StatementError ? error.index : undefined;
  if (statement === undefined) return error;
  let end = 0;
  const index = members.findIndex(({ queries }) => statement < (end += queries.length));
  return ofRequest(toFailure(error, isAuthenticated(batching)), Math.max(0, index));
}

function planMember(http: HttpRequest, { identity, known, settings, prefer }: Batching) {
  const request = parseRequest(http, settings);
  const { transaction, timezone } = request.preferences;
  if (transaction !== null || timezone !== null) {
    throw batchMemberFailure("it has a preference of the whole transaction", "send tx= and timezone= with the batch");
  }
  if (settings.beyond.etags && headerOf(request, "if-match") !== undefined) throw batchMemberFailure("it has If-Match");
  const permitted = known.permitted?.get(identity.role);
  const plan = planRequest(request, { cache: known.schema, settings, permitted });
  refuseMember(plan);
  const shared = parsePreferences(prefer, settings.transactionEnd.endsWith("allow-override"));
  const preferences = { ...request.preferences, transaction: shared.transaction, timezone: shared.timezone };
  return { request: withKnownTimezone({ ...request, preferences }, known.timezones), plan };
}

function refuseMember(plan: RestPlan): asserts plan is DatabasePlan {
  if (plan.kind === "info" || plan.kind === "inspect") throw batchMemberFailure("it asks for a description");
  if (plan.mediaType.kind === "plan") throw batchMemberFailure("it asks for an execution plan");
  if ("isBinary" in plan.handler && plan.handler.isBinary) throw batchMemberFailure("its answer is bytes");
  if (plan.kind !== "call" || plan.routine.settings.length === 0) return;
  throw batchMemberFailure(`the function '${plan.routine.name}' has settings of the whole transaction`);
}

function toMember(
  { request, plan }: { readonly request: RestRequest; readonly plan: DatabasePlan },
  { index, writes }: { readonly index: number; readonly writes: boolean },
  { identity, known, settings }: Batching,
): Member {
  if (writes && plan.kind === "call" && plan.accessMode === "read only" && plan.routine.volatility === "volatile") {
    throw batchMemberFailure(`GET must not write, and the function '${plan.routine.name}' may`, "call it by POST");
  }
  const statements = toStatements(plan, request, identity, settings);
  const context = withRoleSettings(statements.context, known.roles);
  const { before, main, plannedCount } = statements;
  // Without a generic plan: what is set anew between the requests takes the setting back that would choose it.
  const query = { text: main.text, values: main.values };
  const queries = [
    ...(index === 0 ? [] : anew(context)),
    ...before,
    query,
    ...(plannedCount === null ? [] : [plannedCount]),
  ];
  return { request, plan, statements: { ...statements, context }, queries };
}

/**
 * What a request begins with, whatever the one before it has left: nothing that a function set reaches the next one, its
 * role included.
 */
function anew({ role, settings }: RequestContext): readonly RequestQuery[] {
  const all = Object.entries({ ...settings, role });
  const calls = all.map((_, index) => `pg_catalog.set_config($${2 * index + 1}, $${2 * index + 2}, true)`);
  return [
    { text: "reset all", values: [] },
    { text: `select ${calls.join(", ")}`, values: all.flat() },
  ];
}

const isolations = [undefined, "repeatable read", "serializable"] as const;

/** As strict as the strictest of them. */
function contextOf(members: readonly Member[], writes: boolean): RequestContext {
  const contexts = members.map(({ statements }) => statements.context);
  const level = Math.max(...contexts.map(({ isolation }) => isolations.indexOf(isolation)));
  const [first] = contexts;
  if (first === undefined) throw new TypeError("a batch without requests has no context");
  return { ...first, accessMode: writes ? "read write" : "read only", isolation: isolations[level] };
}

/** As it would be answered alone: what a function set as its response may be no response, and it is done all the same. */
function respondAlone(
  member: Pick<Member, "request" | "plan" | "statements">,
  results: readonly RawResult[],
  batching: Batching,
): RestResponse {
  try {
    return respond(member, results, batching.settings);
  } catch (error) {
    const failure = toFailure(error, isAuthenticated(batching));
    const body = failureBody(failure, batching.settings.clientErrorVerbosity);
    return { status: failure.status, headers: failureHeaders(failure), body };
  }
}

function respond(
  { request, plan, statements }: Pick<Member, "request" | "plan" | "statements">,
  results: readonly RawResult[],
  settings: RestSettings,
) {
  // What sets the request up stands before its own queries.
  const { before, plannedCount } = statements;
  const own = results.slice(-(before.length + (plannedCount === null ? 1 : 2)));
  return toResponse({ request, plan, result: toResult(statements, own, request, settings), settings });
}
