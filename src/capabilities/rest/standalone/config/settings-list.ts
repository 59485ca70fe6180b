/** A value as PostgREST reads it: emptiness of a text is as if it were not set, but for `emptyable`. */
export type SettingType = "text" | "emptyable" | "integer" | "boolean";

/** One of the documented settings (PostgREST manual, "List of parameters"). */
export interface Setting {
  readonly name: string;
  readonly type: SettingType;
  /** Older names, in the order in which they are looked for. */
  readonly aliases?: readonly string[];
  /** Whether the database may set it, as pgrst.name with underscores. */
  readonly inDatabase: boolean;
}

/** All of them, by name; those that begin with howdah are ours, for what PostgREST does not have. */
export const settingsList = [
  { name: "admin-server-host", type: "text", aliases: ["server-host"], inDatabase: false },
  { name: "admin-server-port", type: "integer", inDatabase: false },
  { name: "admin-server-unix-socket", type: "text", inDatabase: false },
  { name: "admin-server-unix-socket-mode", type: "text", inDatabase: false },
  { name: "client-error-verbosity", type: "text", inDatabase: true },
  { name: "db-aggregates-enabled", type: "boolean", inDatabase: true },
  { name: "db-anon-role", type: "text", inDatabase: true },
  { name: "db-channel", type: "text", inDatabase: false },
  { name: "db-channel-enabled", type: "boolean", inDatabase: false },
  { name: "db-config", type: "boolean", inDatabase: false },
  { name: "db-extra-search-path", type: "emptyable", inDatabase: true },
  { name: "db-hoisted-tx-settings", type: "text", inDatabase: true },
  { name: "db-max-rows", type: "integer", aliases: ["max-rows"], inDatabase: true },
  { name: "db-plan-enabled", type: "boolean", inDatabase: true },
  { name: "db-pool", type: "integer", inDatabase: false },
  { name: "db-pool-acquisition-timeout", type: "integer", inDatabase: false },
  { name: "db-pool-automatic-recovery", type: "boolean", inDatabase: false },
  { name: "db-pool-max-idletime", type: "integer", inDatabase: false },
  { name: "db-pool-max-lifetime", type: "integer", inDatabase: false },
  { name: "db-pool-timeout", type: "integer", aliases: ["db-pool-max-idletime"], inDatabase: false },
  { name: "db-pre-config", type: "text", inDatabase: true },
  { name: "db-pre-request", type: "text", aliases: ["pre-request"], inDatabase: true },
  { name: "db-prepared-statements", type: "boolean", inDatabase: true },
  { name: "db-root-spec", type: "text", aliases: ["root-spec"], inDatabase: true },
  { name: "db-schemas", type: "text", aliases: ["db-schema"], inDatabase: true },
  { name: "db-timezone-enabled", type: "boolean", inDatabase: true },
  { name: "db-tx-end", type: "text", inDatabase: true },
  { name: "db-uri", type: "text", inDatabase: false },
  { name: "howdah-batch-requests", type: "integer", inDatabase: true },
  { name: "howdah-bulk-update", type: "boolean", inDatabase: true },
  { name: "howdah-compress-from", type: "integer", inDatabase: true },
  { name: "howdah-distinct", type: "boolean", inDatabase: true },
  { name: "howdah-etags", type: "boolean", inDatabase: true },
  { name: "howdah-keyset", type: "boolean", inDatabase: true },
  { name: "howdah-limits", type: "text", inDatabase: true },
  { name: "howdah-max-body", type: "integer", inDatabase: false },
  { name: "howdah-ndjson", type: "boolean", inDatabase: true },
  { name: "howdah-openapi-published", type: "boolean", inDatabase: true },
  { name: "howdah-order-by-operator", type: "boolean", inDatabase: true },
  { name: "howdah-permitted-columns", type: "boolean", inDatabase: true },
  { name: "jwt-aud", type: "text", inDatabase: true },
  { name: "jwt-cache-max-entries", type: "integer", inDatabase: true },
  { name: "jwt-role-claim-key", type: "text", aliases: ["role-claim-key"], inDatabase: true },
  { name: "jwt-secret", type: "text", inDatabase: true },
  { name: "jwt-secret-is-base64", type: "boolean", aliases: ["secret-is-base64"], inDatabase: true },
  { name: "log-level", type: "text", inDatabase: false },
  { name: "log-query", type: "boolean", inDatabase: false },
  { name: "openapi-mode", type: "text", inDatabase: true },
  { name: "openapi-security-active", type: "boolean", inDatabase: true },
  { name: "openapi-server-proxy-uri", type: "text", inDatabase: true },
  { name: "server-cors-allowed-origins", type: "text", inDatabase: true },
  { name: "server-host", type: "text", inDatabase: false },
  { name: "server-port", type: "integer", inDatabase: false },
  { name: "server-reuseport", type: "boolean", inDatabase: false },
  { name: "server-timing-enabled", type: "boolean", inDatabase: true },
  { name: "server-trace-header", type: "text", inDatabase: true },
  { name: "server-unix-socket", type: "text", inDatabase: false },
  { name: "server-unix-socket-mode", type: "text", inDatabase: false },
  { name: "url-use-legacy-target-names", type: "boolean", inDatabase: true },
] as const satisfies readonly Setting[];

export type SettingName = (typeof settingsList)[number]["name"];

/** Names that PostgREST once had, or has in some builds, and why they change nothing. */
export const removedSettings: Readonly<Record<string, string>> = {
  "jwt-cache-max-lifetime": "the cache of tokens is bounded by their number: use jwt-cache-max-entries",
  "db-use-legacy-gucs": "request.headers and the others are JSON texts; the settings with one value each are gone",
  "server-otel-enabled": "telemetry by OpenTelemetry is not served",
};
