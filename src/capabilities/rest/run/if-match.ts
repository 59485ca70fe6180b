import { toAppError } from "../../../errors/index.ts";
import { preconditionFailure } from "../failure/index.ts";
import { planRequest, type DatabasePlan, type MutatePlan } from "../plan/index.ts";
import { requiredQuery, type RestStatements } from "../query/index.ts";
import type { RestRequest } from "../request/index.ts";
import { toResponse } from "../response/index.ts";
import type { HttpResponse } from "./http.ts";
import type { Planned } from "./planned.ts";
import { toResult } from "./result.ts";
import { withRoleSettings } from "./role-settings.ts";
import { headerOf, parseTags } from "./tag.ts";

/** Whether a PATCH, PUT or DELETE has If-Match. */
export function isConditional(plan: DatabasePlan, request: RestRequest): plan is MutatePlan {
  const { action } = request;
  if (plan.kind !== "mutate" || action.kind !== "mutate") return false;
  return action.mutation !== "insert" && headerOf(request, "if-match") !== undefined;
}

/**
 * Changes what the client has read, and nothing that somebody else has changed since (RFC 9110, 13.1.1).
 *
 * The tag is that of what a GET of the same address, with the same Accept, would answer now. It is computed in the same
 * transaction, which is repeatable read: the rows that are changed are those that were compared, and who changes one of
 * them at this moment makes Postgres refuse it.
 */
export async function runIfMatching(
  plan: MutatePlan,
  statements: RestStatements,
  planned: Planned,
): Promise<HttpResponse> {
  const { request, known, settings, timing, pool, told } = planned;
  const required = requiredOf(planned);
  const conditional = { ...statements, before: [...statements.before, required] };
  const context = withRoleSettings(statements.context, known.roles);
  const isolation = context.isolation ?? "repeatable read";
  told?.(statements.main.text);
  const results = await timing.measure("transaction", () =>
    pool.run({ ...context, isolation }, [...conditional.before, conditional.main]).catch((error: unknown) => {
      throw toAppError(error).postgres?.sqlstate === "40001" ? preconditionFailure() : error;
    }),
  );
  return timing.measureNow("response", () =>
    toResponse({ request, plan, result: toResult(conditional, results, request, settings), settings }),
  );
}

function requiredOf({ request, identity, known, settings }: Planned) {
  const { action, preferences } = request;
  const relation = action.kind === "mutate" ? action.relation : "";
  const asked: RestRequest = {
    ...request,
    action: { kind: "read", relation, headersOnly: false },
    method: "GET",
    payload: null,
    // What is changed is not cut off by a limit, so what is compared must not be either.
    preferences: { ...preferences, count: "exact", maxAffected: null, return: null },
  };
  const permitted = known.permitted?.get(identity.role);
  const read = planRequest(asked, { cache: known.schema, settings, permitted });
  if (read.kind !== "read") throw new TypeError("a relation is read by a plan of another kind");
  const header = headerOf(request, "if-match") ?? "";
  const tags = parseTags(header).flatMap(({ digest, isWeak }) => (isWeak ? [] : [digest]));
  return requiredQuery(read, { request: asked, maxRows: settings.maxRows }, header.trim() === "*" ? "any" : tags);
}
