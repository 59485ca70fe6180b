import { describeApi, describeOpenApi, privilegesQuery, toAccessible } from "../describe/index.ts";
import type { InspectPlan } from "../plan/index.ts";
import { toInspection } from "../query/index.ts";
import { toDescription } from "../response/index.ts";
import type { HttpResponse } from "./http.ts";
import type { Planned } from "./planned.ts";
import { withRoleSettings } from "./role-settings.ts";

/** Describes the API as the role of the request may see it. */
export async function inspect(plan: InspectPlan, planned: Planned): Promise<HttpResponse> {
  const { request, identity, known, settings, timing, pool, signal } = planned;
  const { context, before } = toInspection(request, identity, settings);
  const queries = [...before, privilegesQuery(plan.schema)];
  const results = await timing.measure("transaction", () =>
    pool.run(withRoleSettings(context, known.roles), queries, { signal }),
  );
  return timing.measureNow("response", () => {
    const { openApi } = settings;
    const described = {
      cache: known.schema,
      schema: plan.schema,
      accessible: openApi.mode === "follow-privileges" ? toAccessible(results.at(-1)) : null,
      openApi,
      host: request.headers.find(([name]) => name === "host")?.[1],
    };
    const { schemas, jwt } = settings;
    const body =
      plan.description === "swagger"
        ? describeApi(described)
        : describeOpenApi({ ...described, schemas, hasTokens: jwt.secret !== null });
    return toDescription(request, plan, body);
  });
}
