import type { RestRequest } from "../request/rest-request.ts";
import type { PlanContext } from "./plan-context.ts";
import type { RestPlan } from "./rest-plan.ts";

interface Remembered {
  readonly request: RestRequest;
  readonly context: PlanContext;
  readonly plan: RestPlan;
}

/**
 * The plan of the last request with the same query string: parsing gives equal strings the same object, as long as it
 * remembers them itself. A schema cache or settings that were replaced make another plan.
 */
const plans = new WeakMap<RestRequest["query"], Remembered>();

/** The plan of an equal request, or one that is made now; only requests without a body are remembered. */
export function rememberedPlan(request: RestRequest, context: PlanContext, make: () => RestPlan): RestPlan {
  if (!readsOnly(request)) return make();
  const known = plans.get(request.query);
  if (known !== undefined && isSame(known, request, context)) return known.plan;
  const plan = make();
  plans.set(request.query, { request, context, plan });
  return plan;
}

function readsOnly({ action }: RestRequest): boolean {
  return action.kind === "read" || (action.kind === "call" && action.method !== "POST");
}

function isSame(known: Remembered, request: RestRequest, { cache, settings }: PlanContext): boolean {
  return (
    known.context.cache === cache &&
    known.context.settings === settings &&
    known.request.accepts === request.accepts &&
    known.request.method === request.method &&
    known.request.path === request.path &&
    known.request.schema === request.schema &&
    known.request.range.limit === request.range.limit &&
    known.request.range.offset === request.range.offset &&
    isSamePreference(known.request.preferences, request.preferences)
  );
}

function isSamePreference(
  known: RestRequest["preferences"],
  { handling, maxAffected, invalid }: typeof known,
): boolean {
  return (
    known.handling === handling && known.maxAffected === maxAffected && known.invalid.length + invalid.length === 0
  );
}
