import { userInfo } from "node:os";
import { AppError } from "../../../../errors/index.ts";
import type { Target } from "../../../../postgres/index.ts";

/** What a connection string says: servers to try in this order, and which of them answer requests. */
export interface ConnectionString {
  readonly targets: readonly [Target, ...Target[]];
  readonly sessionAttributes: SessionAttributes;
}

const sessionAttributes = ["any", "read-write", "read-only", "primary", "standby", "prefer-standby"] as const;
type SessionAttributes = (typeof sessionAttributes)[number];

/**
 * libpq's connection strings (PostgreSQL manual, "Connection Strings"): a URI or `key=value` pairs, with several hosts and
 * ports, parameters that are missing taken from PGHOST, PGPORT, PGDATABASE, PGUSER, PGPASSWORD and PGSSLMODE.
 *
 * sslmode=prefer, which libpq has by default, becomes two targets of each host: one with TLS, one without. Parameters
 * that change nothing here (application_name, connect_timeout …) are passed over. Throws WD630, without the password.
 */
export function parseConnectionString(text: string, env: NodeJS.ProcessEnv): ConnectionString {
  const parameters = /^postgres(ql)?:\/\//.test(text) ? uriParameters(text) : pairParameters(text);
  const get = (name: string, variable: string): string | undefined => {
    const value = parameters.get(name) ?? env[variable];
    return value === "" ? undefined : value;
  };
  const user = get("user", "PGUSER") ?? userInfo().username;
  const hosts = (get("hostaddr", "PGHOSTADDR") ?? get("host", "PGHOST") ?? defaultHost).split(",");
  const ports = (get("port", "PGPORT") ?? "5432").split(",");
  if (ports.length > 1 && ports.length !== hosts.length) throw wrong("it does not have as many ports as hosts");
  const shared = {
    database: get("dbname", "PGDATABASE") ?? user,
    user,
    password: get("password", "PGPASSWORD"),
    sslRootCert: rootCertificate(get("sslrootcert", "PGSSLROOTCERT")),
  };
  const mode = get("sslmode", "PGSSLMODE") ?? "prefer";
  const [first, ...others] = hosts.flatMap((written, index) => {
    const host = written === "" ? defaultHost : written;
    const port = toPort((ports.length === 1 ? ports[0] : ports[index]) ?? "");
    return sslModes(mode, host).map((ssl): Target => ({ host, port, ...shared, ssl }));
  });
  if (first === undefined) throw wrong("it names no host");
  const wanted = get("target_session_attrs", "PGTARGETSESSIONATTRS") ?? "any";
  const known = sessionAttributes.find((each) => each === wanted);
  if (known === undefined) throw wrong(`target_session_attrs ${JSON.stringify(wanted)} is none of libpq's`);
  return { targets: [first, ...others], sessionAttributes: known };
}

/** Where Debian's Postgres, and libpq with it, has its socket. */
const defaultHost = "/var/run/postgresql";

function sslModes(mode: string, host: string): readonly NonNullable<Target["ssl"]>[] {
  if (host.startsWith("/")) return ["disable"];
  switch (mode) {
    case "disable":
    case "require":
    case "verify-ca":
    case "verify-full":
      return [mode];
    case "allow":
      return ["disable", "require"];
    case "prefer":
      return isLoopback(host) ? ["disable", "require"] : ["require", "disable"];
    default:
      throw wrong(`sslmode ${JSON.stringify(mode)} is none of libpq's`);
  }
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

function rootCertificate(path: string | undefined): string | undefined {
  return path === "system" ? undefined : path;
}

function toPort(text: string): number {
  if (text === "") return 5432;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw wrong("a port is not a number from 1 to 65535");
  return port;
}

/** `postgres://user:password@host1:port1,host2/database?name=value`. */
function uriParameters(text: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  const rest = text.slice(text.indexOf("://") + 3);
  // A question mark of a password stands before the last @.
  const question = rest.indexOf("?", rest.lastIndexOf("@", lastAuthority(rest)) + 1);
  const place = question < 0 ? rest : rest.slice(0, question);
  const at = place.lastIndexOf("@");
  if (at >= 0) login(place.slice(0, at), parameters);
  const slash = place.indexOf("/", at + 1);
  hostsAndPorts(place.slice(at + 1, slash < 0 ? undefined : slash), parameters);
  if (slash >= 0 && slash + 1 < place.length) parameters.set("dbname", decode(place.slice(slash + 1)));
  for (const pair of question < 0 ? [] : rest.slice(question + 1).split("&")) {
    const equals = pair.indexOf("=");
    if (equals > 0) parameters.set(decode(pair.slice(0, equals)), decode(pair.slice(equals + 1)));
  }
  return parameters;
}

/** Parameters may hold an @ too: what is behind the first `?` that follows a `/` belongs to them. */
function lastAuthority(rest: string): number {
  const parameters = /\/[^/?@]*\?/.exec(rest);
  return parameters === null ? rest.length : parameters.index + parameters[0].length;
}

function login(text: string, parameters: Map<string, string>): void {
  const colon = text.indexOf(":");
  parameters.set("user", decode(colon < 0 ? text : text.slice(0, colon)));
  if (colon >= 0) parameters.set("password", decode(text.slice(colon + 1)));
}

function hostsAndPorts(text: string, parameters: Map<string, string>): void {
  if (text === "") return;
  const places = text.split(",").map((place) => /^(?:\[([^\]]*)\]|([^:]*))(?::(.*))?$/.exec(place));
  const hosts = places.map((place) => place?.[1] ?? decode(place?.[2] ?? ""));
  const ports = places.map((place) => place?.[3] ?? "");
  if (hosts.some((host) => host !== "")) parameters.set("host", hosts.join(","));
  if (ports.some((port) => port !== "")) parameters.set("port", ports.join(","));
}

const pair = /\s*([A-Za-z_]+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|((?:[^\s'\\]|\\.)*))\s*/y;

/** `host=localhost password='it\'s'`. */
function pairParameters(text: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  pair.lastIndex = 0;
  while (pair.lastIndex < text.length) {
    const found = pair.exec(text);
    if (found === null) throw wrong("it is neither postgres://… nor key=value pairs");
    parameters.set(found[1] ?? "", (found[2] ?? found[3] ?? "").replace(/\\(.)/gs, "$1"));
  }
  return parameters;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // The text itself is not shown: it may be the password.
    throw wrong("it has a % that is not followed by two hexadecimal digits");
  }
}

function wrong(detail: string): AppError {
  return new AppError("WD630", "the connection string db-uri can't be read", { detail });
}
