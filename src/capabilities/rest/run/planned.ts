import type { Identity } from "../../../identity/index.ts";
import type { Departure, RequestPool } from "../../../postgres/index.ts";
import type { RestPlan } from "../plan/index.ts";
import type { RestRequest } from "../request/index.ts";
import type { RestSettings } from "../settings.ts";
import type { KnownDatabase } from "./known-database.ts";
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
  readonly signal?: Departure | undefined;
}
