import { AppError } from "../../../../errors/index.ts";
import { createAuthenticator } from "../../../../identity/index.ts";
import type { RestSettings } from "../../settings.ts";
import { beyondSettings } from "./beyond-config.ts";
import { dumpConfig } from "./dump-config.ts";
import type { LogLevel, ServerAddress, StandaloneConfig } from "./standalone-config.ts";
import { ValueSource, type ConfigSources } from "./value-source.ts";

/** Files that settings name with an `@`. */
export type ReadFile = (path: string) => string;

/** The configuration out of its sources. Throws WD630 with what PostgREST says of it, WD620 and WD621. */
export function toConfig(sources: ConfigSources, readFile: ReadFile): StandaloneConfig {
  const source = new ValueSource(sources);
  const port = source.integer("server-port") ?? 3000;
  const config = {
    rest: restSettings(source, sources, readFile),
    database: databaseSettings(source, readFile),
    server: address(source, "server", port),
    reusePort: source.boolean("server-reuseport") ?? false,
    admin: adminAddress(source, port),
    maxBodyBytes: source.integer("howdah-max-body") ?? defaultMaxBodyBytes,
    log: {
      level: oneOf(source.text("log-level"), logLevels, "Invalid logging level. Check your configuration.") ?? "error",
      queries: source.boolean("log-query") ?? false,
    },
  };
  // Keys and paths that can't be used are told at the start, not to the first who comes with a token.
  createAuthenticator({ ...config.rest.jwt, anonRole: config.rest.anonRole });
  return { ...config, text: dumpConfig(config, source) };
}

/** What the request pool takes of one request. */
const defaultMaxBodyBytes = 64 * 1024 * 1024;

const logLevels = ["crit", "error", "warn", "info", "debug"] as const satisfies LogLevel[];
const transactionEnds = ["commit", "commit-allow-override", "rollback", "rollback-allow-override"] as const;
const defaultHoisted = ["statement_timeout", "plan_filter.statement_cost_limit", "default_transaction_isolation"];

function restSettings(source: ValueSource, sources: ConfigSources, readFile: ReadFile): RestSettings {
  const verbosity = oneOf(
    source.text("client-error-verbosity"),
    ["verbose", "minimal"],
    "Invalid client-error-verbosity. Check your configuration.",
  );
  const end = oneOf(
    source.text("db-tx-end"),
    transactionEnds,
    "Invalid transaction termination. Check your configuration.",
  );
  const extra = source.emptyableText("db-extra-search-path") ?? "public";
  const hoisted = source.text("db-hoisted-tx-settings");
  return {
    schemas: schemas(source),
    extraSearchPath: extra === "" ? [] : split(extra),
    anonRole: source.text("db-anon-role"),
    maxRows: source.integer("db-max-rows"),
    transactionEnd: end ?? "commit",
    preRequest: source.text("db-pre-request"),
    rootSpec: source.text("db-root-spec"),
    aggregatesEnabled: source.boolean("db-aggregates-enabled") ?? false,
    planEnabled: source.boolean("db-plan-enabled") ?? false,
    timezoneEnabled: source.boolean("db-timezone-enabled") ?? true,
    hoistedSettings: hoisted === null ? defaultHoisted : split(hoisted),
    appSettings: appSettings(sources),
    openApi: openApi(source),
    jwt: jwt(source, readFile),
    corsAllowedOrigins: listed(source.text("server-cors-allowed-origins")),
    serverTimingEnabled: source.boolean("server-timing-enabled") ?? false,
    traceHeader: source.text("server-trace-header"),
    clientErrorVerbosity: verbosity ?? "verbose",
    beyond: beyondSettings(source),
    legacyTargetNames: source.boolean("url-use-legacy-target-names") ?? true,
  };
}

function schemas(source: ValueSource): readonly string[] {
  const names = split(source.text("db-schemas") ?? "public");
  const own = names.find((name) => name === "pg_catalog" || name === "information_schema");
  if (own !== undefined) throw wrong(`db-schemas does not allow schema: '${own}'`);
  return names;
}

function openApi(source: ValueSource): RestSettings["openApi"] {
  const modes = ["follow-privileges", "ignore-privileges", "disabled"] as const;
  const proxy = source.text("openapi-server-proxy-uri");
  if (proxy !== null && !isProxyUri(proxy)) {
    throw wrong("Malformed proxy uri, a correct example: https://example.com:8443/basePath");
  }
  return {
    mode: oneOf(source.text("openapi-mode"), modes, "Invalid openapi-mode. Check your configuration.") ?? modes[0],
    securityActive: source.boolean("openapi-security-active") ?? false,
    serverProxyUri: proxy,
    isPublished: source.boolean("howdah-openapi-published") ?? false,
    address: { host: source.text("server-host") ?? "!4", port: source.integer("server-port") ?? 3000 },
  };
}

function isProxyUri(text: string): boolean {
  return URL.canParse(text) && /^https?:\/\//i.test(text) && !/[?#]/.test(text);
}

function jwt(source: ValueSource, readFile: ReadFile): RestSettings["jwt"] {
  const audience = source.text("jwt-aud");
  if (audience?.includes(":") === true && !/^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"{}|\\^`]*$/.test(audience)) {
    throw wrong("jwt-aud should be a string or a valid URI");
  }
  const secret = source.text("jwt-secret");
  return {
    secret: secret?.startsWith("@") === true ? readFile(secret.slice(1)).replace(/\n$/, "") : secret,
    secretIsBase64: source.boolean("jwt-secret-is-base64") ?? false,
    audience,
    roleClaimKey: source.text("jwt-role-claim-key") ?? "$.role",
    cacheMaxEntries: source.integer("jwt-cache-max-entries") ?? 1000,
  };
}

/** app.settings.… of the file, and PGRST_APP_SETTINGS_… of the environment, which are stronger. */
function appSettings({ env, file }: ConfigSources): RestSettings["appSettings"] {
  const prefix = "PGRST_APP_SETTINGS_";
  const settings = new Map<string, string>();
  for (const [name, value] of file) {
    if (name.startsWith("app.settings.")) settings.set(name, String(value));
  }
  for (const [name, value = ""] of Object.entries(env)) {
    if (name.startsWith(prefix)) settings.set(`app.settings.${name.slice(prefix.length)}`, value);
  }
  return [...settings].toSorted(([left], [right]) => (left < right ? -1 : 1));
}

function databaseSettings(source: ValueSource, readFile: ReadFile): StandaloneConfig["database"] {
  const uri = source.text("db-uri") ?? "postgresql://";
  const channel = source.text("db-channel") ?? "pgrst";
  return {
    uri: uri.startsWith("@") ? readFile(uri.slice(1)).trim() : uri,
    pool: source.integer("db-pool") ?? 10,
    acquireTimeoutMs: (source.integer("db-pool-acquisition-timeout") ?? 10) * 1000,
    maxLifetimeMs: (source.integer("db-pool-max-lifetime") ?? 1800) * 1000,
    idleTimeoutMs: (source.integer("db-pool-timeout") ?? 30) * 1000,
    automaticRecovery: source.boolean("db-pool-automatic-recovery") ?? true,
    preparedStatements: source.boolean("db-prepared-statements") ?? true,
    channel: (source.boolean("db-channel-enabled") ?? true) ? channel : null,
    readsConfig: source.boolean("db-config") ?? true,
    preConfig: source.text("db-pre-config"),
  };
}

function address(source: ValueSource, which: "server" | "admin-server", port: number): ServerAddress {
  const path = source.text(`${which}-unix-socket`);
  const mode = socketMode(source, `${which}-unix-socket-mode`);
  if (path !== null) return { kind: "socket", path, mode };
  return { kind: "port", host: source.text(`${which}-host`) ?? "!4", port };
}

function adminAddress(source: ValueSource, serverPort: number): ServerAddress | null {
  const port = source.integer("admin-server-port");
  if (port === serverPort) throw wrong("admin-server-port cannot be the same as server-port");
  const admin = address(source, "admin-server", port ?? 0);
  return admin.kind === "port" && port === null ? null : admin;
}

/** The digits at its beginning, as an octal number. */
function socketMode(source: ValueSource, name: "server-unix-socket-mode" | "admin-server-unix-socket-mode"): number {
  const digits = /^[0-7]+/.exec(source.text(name) ?? "660");
  if (digits === null) throw wrong(`Invalid ${name}: not an octal`);
  const mode = Number.parseInt(digits[0], 8);
  if (mode < 0o600 || mode > 0o777) throw wrong(`Invalid ${name}: needs to be between 600 and 777`);
  return mode;
}

function split(text: string): readonly string[] {
  return text.split(",").map((part) => part.trim());
}

function listed(text: string | null): readonly string[] | null {
  return text === null ? null : split(text);
}

function oneOf<T extends string>(text: string | null, values: readonly T[], message: string): T | null {
  if (text === null) return null;
  const value = values.find((each) => each === text);
  if (value === undefined) throw wrong(message);
  return value;
}

function wrong(detail: string): AppError {
  return new AppError("WD630", "the configuration can't be used", { detail: `Error in config ${detail}` });
}
