import type { RequestQuery } from "../../../postgres/index.ts";
import type { DatabasePlan } from "../plan/index.ts";
import type { RestStatements } from "../query/index.ts";
import { toStreamedResponse } from "../response/index.ts";
import type { HttpResponse } from "./http.ts";
import type { Planned } from "./planned.ts";
import { withRoleSettings } from "./role-settings.ts";

/**
 * Rows as they come, held nowhere: who reads slowly makes Postgres wait.
 *
 * What fails ahead of the first row is a failure as any other. What fails later breaks the connection off, since the
 * head of the response has promised success by then.
 */
export async function stream(
  query: RequestQuery,
  { context, before }: RestStatements,
  plan: DatabasePlan,
  { request, known, settings, timing, pool, told, signal }: Planned,
): Promise<HttpResponse> {
  told?.(query.text);
  const rows = await timing.measure("transaction", () =>
    pool.stream(withRoleSettings(context, known.roles), query, { before, signal }),
  );
  return timing.measureNow("response", () => ({
    ...toStreamedResponse({ request, plan, settings }),
    body: rows,
  }));
}
