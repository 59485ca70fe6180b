import type { SchemaCache } from "../../../catalog/index.ts";
import type { RestRequest } from "../request/rest-request.ts";
import type { PlanContext } from "./plan-context.ts";
import type { RestPlan } from "./rest-plan.ts";

type Compared = Pick<RestRequest, "accepts" | "method" | "path" | "schema" | "range" | "preferences">;

interface Remembered {
  readonly request: Compared;
  readonly settings: PlanContext["settings"];
  readonly permitted: PlanContext["permitted"];
  readonly plan: RestPlan;
}

/**
 * The plan of the last request with the same query string: parsing gives equal strings the same object, as long as it
 * remembers them itself. By the schema cache, so that one that was replaced takes its plans with it.
 */
const plans = new WeakMap<SchemaCache, WeakMap<RestRequest["query"], Remembered>>();

/** The plan of an equal request, or one that is made now; only requests without a body are remembered. */
export function rememberedPlan(request: RestRequest, context: PlanContext, make: () => RestPlan): RestPlan {
  if (!readsOnly(request)) return make();
  const known = plansOf(context.cache);
  const last = known.get(request.query);
  if (last !== undefined && isFor(last, context) && isSame(last.request, request)) return last.plan;
  const plan = make();
  const { accepts, method, path, schema, range, preferences } = request;
  const compared = { accepts, method, path, schema, range, preferences };
  known.set(request.query, { request: compared, settings: context.settings, permitted: context.permitted, plan });
  return plan;
}

function isFor(last: Remembered, { settings, permitted }: PlanContext): boolean {
  return last.settings === settings && last.permitted === permitted;
}

function plansOf(cache: SchemaCache): WeakMap<RestRequest["query"], Remembered> {
  const known = plans.get(cache);
  if (known !== undefined) return known;
  const made = new WeakMap<RestRequest["query"], Remembered>();
  plans.set(cache, made);
  return made;
}

function readsOnly({ action }: RestRequest): boolean {
  return action.kind === "read" || (action.kind === "call" && action.method !== "POST");
}

function isSame(known: Compared, request: Compared): boolean {
  return (
    known.accepts === request.accepts &&
    known.method === request.method &&
    known.path === request.path &&
    known.schema === request.schema &&
    known.range.limit === request.range.limit &&
    known.range.offset === request.range.offset &&
    isSamePreference(known.preferences, request.preferences)
  );
}

function isSamePreference(known: Compared["preferences"], { handling, maxAffected, invalid }: typeof known): boolean {
  return (
    known.handling === handling && known.maxAffected === maxAffected && known.invalid.length + invalid.length === 0
  );
}
