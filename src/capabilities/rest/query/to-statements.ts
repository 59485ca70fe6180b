import type { RequestQuery } from "../../../postgres/index.ts";
import type { DatabasePlan } from "../plan/index.ts";
import type { RestRequest } from "../request/rest-request.ts";
import type { RestSettings } from "../settings.ts";
import { toContext, type RestCaller } from "./context.ts";
import { mainQuery, plannedCountQuery, streamedQuery } from "./main.ts";
import { qualified, sql } from "./sql-text.ts";
import type { RestStatements } from "./statements.ts";

/** What Postgres is sent for a plan: one round trip. */
export function toStatements(
  plan: DatabasePlan,
  request: RestRequest,
  caller: RestCaller,
  settings: RestSettings,
): RestStatements {
  const options = { request, maxRows: settings.maxRows };
  return {
    context: toContext(plan, request, caller, settings),
    before: beforeQueries(settings),
    main: mainQuery(plan, options),
    streamed: plan.handler.kind === "ndjson" ? streamedQuery(plan, options) : null,
    plannedCount: plannedCountQuery(plan, options),
    mediaType: plan.mediaType,
    isPaged: plan.kind === "read" && plan.keyset !== null,
    bodyEncoding: "isBinary" in plan.handler && plan.handler.isBinary ? "hex" : "text",
  };
}

/** What goes with a query that reads what the role may see. */
export function toInspection(
  request: RestRequest,
  caller: RestCaller,
  settings: RestSettings,
): Pick<RestStatements, "context" | "before"> {
  const plan = { kind: "inspect", accessMode: "read only" } as const;
  return { context: toContext(plan, request, caller, settings), before: beforeQueries(settings) };
}

function beforeQueries({ preRequest }: RestSettings): readonly RequestQuery[] {
  return preRequest === null ? [] : [preRequestQuery(preRequest)];
}

/** A function by its name, a schema before the first dot. */
function preRequestQuery(name: string): RequestQuery {
  const dot = name.indexOf(".");
  const routine = { schema: dot === -1 ? "" : name.slice(0, dot), name: name.slice(dot + 1) };
  return { text: sql`select ${qualified(routine)}()`, values: [] };
}
