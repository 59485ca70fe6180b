import type { Identity } from "../../../identity/index.ts";
import type { RequestPool } from "../../../postgres/index.ts";
import type { DatabasePlan, RestPlan } from "../plan/index.ts";
import { internalFailure, rootDisabled } from "../failure/index.ts";
import { toStatements } from "../query/index.ts";
import type { RestRequest } from "../request/index.ts";
import { toInfoResponse, toResponse } from "../response/index.ts";
import type { RestSettings } from "../settings.ts";
import type { HttpResponse } from "./http.ts";
import type { KnownDatabase } from "./known-database.ts";
import { toResult } from "./result.ts";
import { withRoleSettings } from "./role-settings.ts";
import type { Timing } from "./timing.ts";

/** A planned request with all that running it needs. */
export interface Planned {
  readonly request: RestRequest;
  readonly plan: RestPlan;
  readonly identity: Identity;
  readonly known: KnownDatabase;
  readonly settings: RestSettings;
  readonly timing: Timing;
  readonly pool: RequestPool;
  /** Told each main statement. */
  readonly told?: ((text: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Runs a plan, where it needs the database, and makes its response. */
export async function execute(planned: Planned): Promise<HttpResponse> {
  const { plan } = planned;
  switch (plan.kind) {
    case "info":
      return toInfoResponse(planned.request, plan, planned.known.schema);
    case "inspect":
      throw planned.settings.openApi.mode === "disabled"
        ? rootDisabled()
        : internalFailure("the API has no description yet");
    default:
      return await run(plan, planned);
  }
}

async function run(plan: DatabasePlan, planned: Planned): Promise<HttpResponse> {
  const { request, identity, known, settings, timing, pool, told, signal } = planned;
  const statements = toStatements(plan, request, identity, settings);
  const { before, main, plannedCount } = statements;
  const queries = plannedCount === null ? [...before, main] : [...before, main, plannedCount];
  told?.(main.text);
  const context = withRoleSettings(statements.context, known.roles);
  // Nobody waits any more for what only reads; what writes was sent, and is done.
  const options = plan.accessMode === "read only" ? { signal } : {};
  const results = await timing.measure("transaction", () => pool.run(context, queries, options));
  return timing.measureNow("response", () =>
    toResponse({ request, plan, result: toResult(statements, results, request, settings), settings }),
  );
}
