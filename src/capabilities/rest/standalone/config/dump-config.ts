import { beyondLines } from "./beyond-config.ts";
import type { ServerAddress, StandaloneConfig } from "./standalone-config.ts";
import type { ValueSource } from "./value-source.ts";

/** The configuration as it was understood: a file that says the same, its lines sorted. Holds the secret. */
export function dumpConfig(config: Omit<StandaloneConfig, "text">, source: ValueSource): string {
  const lines = [
    ...restLines(config),
    ...databaseLines(config, source),
    ...serverLines(config, source),
    ...appLines(config),
    ...ownLines(config, source),
    ...beyondLines(config.rest.beyond),
  ];
  return `${lines
    .map(([name, value]) => `${name} = ${value}`)
    .toSorted()
    .join("\n")}\n`;
}

type Config = Omit<StandaloneConfig, "text">;
type Line = readonly [name: string, value: string];

function restLines({ rest }: Config): readonly Line[] {
  return [
    ["client-error-verbosity", quoted(rest.clientErrorVerbosity)],
    ["db-aggregates-enabled", String(rest.aggregatesEnabled)],
    ["db-anon-role", quoted(rest.anonRole)],
    ["db-extra-search-path", quoted(rest.extraSearchPath.join(","))],
    ["db-hoisted-tx-settings", quoted(rest.hoistedSettings.join(","))],
    ["db-max-rows", rest.maxRows === null ? '""' : String(rest.maxRows)],
    ["db-plan-enabled", String(rest.planEnabled)],
    ["db-pre-request", quoted(rest.preRequest)],
    ["db-root-spec", quoted(rest.rootSpec)],
    ["db-schemas", quoted(rest.schemas.join(","))],
    ["db-tx-end", quoted(rest.transactionEnd)],
    ["jwt-aud", quoted(rest.jwt.audience)],
    ["jwt-cache-max-entries", String(rest.jwt.cacheMaxEntries)],
    ["jwt-role-claim-key", quoted(rest.jwt.roleClaimKey.replaceAll("$", "$$$$"))],
    ["jwt-secret", quoted(rest.jwt.secret)],
    ["jwt-secret-is-base64", String(rest.jwt.secretIsBase64)],
    ["openapi-mode", quoted(rest.openApi.mode)],
    ["openapi-security-active", String(rest.openApi.securityActive)],
    ["openapi-server-proxy-uri", quoted(rest.openApi.serverProxyUri)],
    ["server-cors-allowed-origins", quoted(rest.corsAllowedOrigins?.join(",") ?? null)],
    ["server-timing-enabled", String(rest.serverTimingEnabled)],
    ["server-trace-header", quoted(rest.traceHeader)],
    ["url-use-legacy-target-names", String(rest.legacyTargetNames)],
  ];
}

function databaseLines({ database }: Config, source: ValueSource): readonly Line[] {
  return [
    ["db-channel", quoted(source.text("db-channel") ?? "pgrst")],
    ["db-channel-enabled", String(database.channel !== null)],
    ["db-config", String(database.readsConfig)],
    ["db-pool", String(database.pool)],
    ["db-pool-acquisition-timeout", String(database.acquireTimeoutMs / 1000)],
    ["db-pool-automatic-recovery", String(database.automaticRecovery)],
    ["db-pool-max-idletime", String(database.idleTimeoutMs / 1000)],
    ["db-pool-max-lifetime", String(database.maxLifetimeMs / 1000)],
    ["db-pre-config", quoted(database.preConfig)],
    ["db-prepared-statements", String(database.preparedStatements)],
    ["db-uri", quoted(database.uri)],
  ];
}

function serverLines(config: Config, source: ValueSource): readonly Line[] {
  const { server, admin, log } = config;
  return [
    ["admin-server-host", quoted(source.text("admin-server-host") ?? "!4")],
    ["admin-server-port", String(source.integer("admin-server-port") ?? '""')],
    ["admin-server-unix-socket", quoted(socketPath(admin))],
    ["admin-server-unix-socket-mode", quoted(source.text("admin-server-unix-socket-mode") ?? "660")],
    ["log-level", quoted(log.level)],
    ["log-query", String(log.queries)],
    ["server-host", quoted(source.text("server-host") ?? "!4")],
    ["server-port", String(source.integer("server-port") ?? 3000)],
    ["server-reuseport", String(config.reusePort)],
    ["server-unix-socket", quoted(socketPath(server))],
    ["server-unix-socket-mode", quoted(source.text("server-unix-socket-mode") ?? "660")],
  ];
}

/** Settings that PostgREST does not have, where they are set. */
function ownLines({ rest, maxBodyBytes }: Config, source: ValueSource): readonly Line[] {
  return [
    ...(rest.openApi.isPublished ? [["howdah-openapi-published", "true"] as const] : []),
    ...(source.integer("howdah-max-body") === null ? [] : [["howdah-max-body", String(maxBodyBytes)] as const]),
  ];
}

function appLines({ rest }: Config): readonly Line[] {
  return rest.appSettings.map(([name, value]): Line => [name, quoted(value)]);
}

function socketPath(address: ServerAddress | null): string | null {
  return address?.kind === "socket" ? address.path : null;
}

function quoted(text: string | null): string {
  return `"${(text ?? "").replaceAll('"', '\\"')}"`;
}
