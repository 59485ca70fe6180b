import type { RequestContext } from "../../../postgres/index.ts";
import type { DatabasePlan } from "../plan/index.ts";
import type { RestRequest } from "../request/rest-request.ts";
import type { RestSettings } from "../settings.ts";
import { identifier } from "./sql-text.ts";

/** Who asks. */
export interface RestCaller {
  readonly role: string;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** What the request becomes inside Postgres: its role, and what functions and policies can ask about it. */
export function toContext(
  plan: DatabasePlan | { readonly kind: "inspect"; readonly accessMode: "read only" },
  request: RestRequest,
  caller: RestCaller,
  settings: Pick<RestSettings, "appSettings" | "extraSearchPath" | "transactionEnd">,
): RequestContext {
  const routine = plan.kind === "call" ? plan.routine : null;
  const isolation = routine?.isolationLevel;
  return {
    role: caller.role,
    settings: {
      search_path: searchPath(request.schema, settings.extraSearchPath),
      "request.jwt.claims": claimsText(caller),
      "request.method": request.method,
      "request.path": request.path,
      "request.headers": JSON.stringify(Object.fromEntries(request.headers)),
      "request.cookies": JSON.stringify(Object.fromEntries(request.cookies)),
      ...(request.preferences.timezone === null ? {} : { timezone: request.preferences.timezone }),
      ...(routine === null ? {} : Object.fromEntries(routine.settings)),
      ...(settings.appSettings.length === 0 ? {} : Object.fromEntries(settings.appSettings)),
    },
    accessMode: plan.accessMode,
    isolation: isolation === "repeatable read" || isolation === "serializable" ? isolation : undefined,
    end: transactionEnd(request, settings.transactionEnd),
  };
}

function searchPath(schema: string, extra: readonly string[]): string {
  return [schema, ...extra].map(identifier).join(", ");
}

const claimTexts = new WeakMap<object, { readonly role: string; readonly text: string }>();

/** Verified tokens are kept, and so is the text of their claims. */
function claimsText({ role, claims }: RestCaller): string {
  const known = claimTexts.get(claims);
  if (known?.role === role) return known.text;
  const text = JSON.stringify({ ...claims, role });
  claimTexts.set(claims, { role, text });
  return text;
}

function transactionEnd(
  { preferences: { transaction } }: RestRequest,
  setting: RestSettings["transactionEnd"],
): "commit" | "rollback" {
  if (setting.endsWith("-allow-override") && transaction !== null) return transaction;
  return setting.startsWith("commit") ? "commit" : "rollback";
}
