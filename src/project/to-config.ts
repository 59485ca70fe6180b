import type { Config } from "./config.ts";
import type { configKeys } from "./config-keys.ts";
import type { Checked } from "./table-keys.ts";

/** The checked keys of howdah.toml in the words of the program; what is left out there has its default here. */
export function toConfig(
  checked: Checked<typeof configKeys>,
  overridingUrl?: string,
): Pick<Config, "postgres" | "server" | "roles" | "schema" | "worker" | "languages" | "capabilities"> {
  const { postgres, server, roles, schema, worker, languages, capabilities } = checked;
  const { timeout: timeoutMs, ...ownWorker } = worker;
  const { url, deb, settings, provider = url === undefined ? "embedded" : "url" } = postgres;
  const { max_body: maxBodyBytes, allowed_hosts: allowedHosts, host, port, pool, workers } = server;
  const { acquire_timeout: acquireTimeoutMs, statement_timeout: statementTimeoutMs } = server;
  const { service_role: serviceRole, ...names } = roles;
  const trash = schema.trash === undefined ? {} : { trash: schema.trash };
  return {
    postgres: {
      // What a url leads to is whatever it is, unless the file asks for a version.
      version: postgres.version ?? (provider === "url" || overridingUrl !== undefined ? "" : "18"),
      provider,
      url,
      deb: debConfig(deb),
      settings,
    },
    server: { host, port, maxBodyBytes, allowedHosts, pool, workers, acquireTimeoutMs, statementTimeoutMs },
    roles: { ...names, serviceRole },
    schema: { onlineAbove: schema.online_above, asAdmin: schema.as_admin ?? provider !== "url", ...trash },
    worker: { ...ownWorker, timeoutMs },
    languages,
    capabilities,
  };
}

type CheckedDeb = Checked<typeof configKeys>["postgres"]["deb"];

// exactOptionalPropertyTypes: an absent key of [postgres.deb] is left out.
function debConfig(deb: CheckedDeb): Config["postgres"]["deb"] {
  if (deb === undefined) return undefined;
  const { accept_expired: acceptExpired, ...places } = deb;
  return { ...Object.fromEntries(Object.entries(places).filter(([, value]) => value !== undefined)), acceptExpired };
}
