import type { RestPlan } from "../plan/index.ts";
import type { RestRequest } from "../request/index.ts";

/** Preference-Applied: those preferences that the action heeds, in PostgREST's order; null where there are none. */
export function appliedPreferences(request: RestRequest, plan: RestPlan): string | null {
  const { preferences, action, query } = request;
  const mutation = action.kind === "mutate" ? action.mutation : null;
  const inserts = mutation === "insert";
  const hasKey = plan.kind === "mutate" && (plan.primaryKey.length > 0 || query.onConflict !== null);
  const limited = action.kind === "call" || mutation === "update" || mutation === "delete";
  const applied: readonly (readonly [string, string | number | null])[] = [
    ["resolution", inserts && hasKey ? preferences.resolution : null],
    ["missing", inserts || mutation === "update" ? preferences.missing : null],
    ["return", mutation === null ? null : preferences.return],
    ["count", preferences.count],
    ["tx", preferences.transaction],
    ["handling", preferences.handling],
    ["timezone", preferences.timezone],
    ["max-affected", limited && preferences.handling === "strict" ? preferences.maxAffected : null],
  ];
  const texts = applied.flatMap(([name, value]) => (value === null ? [] : [`${name}=${value}`]));
  return texts.length === 0 ? null : texts.join(", ");
}
