import type { SchemaCache } from "../../../catalog/index.ts";
import type { RestSettings } from "../settings.ts";

/** What plans are made against. */
export interface PlanContext {
  readonly cache: SchemaCache;
  readonly settings: Pick<RestSettings, "aggregatesEnabled" | "legacyTargetNames" | "maxRows" | "planEnabled">;
}
