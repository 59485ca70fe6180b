import type { DatabasePlan, InfoPlan } from "../plan/index.ts";
import { toStatements } from "../query/index.ts";
import { toInfoResponse, toResponse } from "../response/index.ts";
import type { HttpResponse } from "./http.ts";
import { inspect } from "./inspect.ts";
import { isConditional, runIfMatching } from "./if-match.ts";
import type { Planned } from "./planned.ts";
import { toResult } from "./result.ts";
import { withRoleSettings } from "./role-settings.ts";
import { stream } from "./stream.ts";
import { withTag } from "./tag.ts";

/** Runs a plan, where it needs the database, and makes its response. */
export async function execute(planned: Planned): Promise<HttpResponse> {
  const { plan } = planned;
  switch (plan.kind) {
    case "info":
      return inform(plan, planned);
    case "inspect":
      return await inspect(plan, planned);
    default:
      return await run(plan, planned);
  }
}

/** No transaction is needed; Server-Timing has the stage all the same, as PostgREST's. */
function inform(plan: InfoPlan, { request, known, timing }: Planned): HttpResponse {
  timing.measureNow("transaction", () => undefined);
  return timing.measureNow("response", () => toInfoResponse(request, plan, known.schema));
}

async function run(plan: DatabasePlan, planned: Planned): Promise<HttpResponse> {
  const { request, identity, known, settings, timing, pool, told, signal } = planned;
  const statements = toStatements(plan, request, identity, settings);
  if (statements.streamed !== null) return await stream(statements.streamed, statements, plan, planned);
  if (settings.beyond.etags && isConditional(plan, request)) return await runIfMatching(plan, statements, planned);
  const { before, main, plannedCount } = statements;
  const queries = plannedCount === null ? [...before, main] : [...before, main, plannedCount];
  told?.(main.text);
  const context = withRoleSettings(statements.context, known.roles);
  // Nobody waits any more for what only reads; what writes was sent, and is done.
  const options = plan.accessMode === "read only" ? { signal } : {};
  const results = await timing.measure("transaction", () => pool.run(context, queries, options));
  return timing.measureNow("response", () => {
    const response = toResponse({ request, plan, result: toResult(statements, results, request, settings), settings });
    return settings.beyond.etags ? withTag(response, plan, request) : response;
  });
}
