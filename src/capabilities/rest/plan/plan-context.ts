import type { SchemaCache } from "../../../catalog/index.ts";
import type { RestSettings } from "../settings.ts";

/** Columns that a role may read, by the `nameKey` of relations that it may not read as a whole. */
export type PermittedColumns = ReadonlyMap<string, ReadonlySet<string>>;

/** What plans are made against. */
export interface PlanContext {
  readonly cache: SchemaCache;
  /** Of the role that asks; undefined where `*` stands for all columns. */
  readonly permitted?: PermittedColumns | undefined;
  readonly settings: Pick<
    RestSettings,
    "aggregatesEnabled" | "beyond" | "legacyTargetNames" | "maxRows" | "planEnabled"
  >;
}
