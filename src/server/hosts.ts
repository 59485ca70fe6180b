import { isIP } from "node:net";

/** Which Host headers and origins a server answers: loopback names, the address it is bound to, and those allowed. */
export interface Hosts {
  /** `local` is the address of this end of the connection. */
  servesHost(host: string | undefined, local: string | undefined): boolean;
  /** Whether an Origin header names this server (`host` is the request's) or an allowed one. */
  servesOrigin(origin: string, host: string | undefined): boolean;
}

/** `allowed` holds host names ("example.org") and origins ("https://app.example.org"), whose host is allowed with them. */
export function knownHosts(bound: string, allowed: readonly string[]): Hosts {
  const origins = new Set(allowed.filter((entry) => entry.includes("://")).map(originOf));
  const names = new Set(allowed.map((entry) => hostName(entry.replace(/^[a-z]+:\/\//i, "").replace(/\/.*$/, ""))));
  names.add(hostName(isIP(bound) === 6 ? `[${bound}]` : bound));
  for (const wildcard of ["0.0.0.0", "[::]", undefined]) names.delete(wildcard);
  return {
    servesHost(host, local) {
      const name = hostName(host);
      if (name === undefined) return false;
      // An address can't be rebound: it names this machine, or the connection would not have come here.
      return isLoopback(name) || names.has(name) || name === hostName(bracketed(local));
    },
    servesOrigin(origin, host) {
      if (origins.has(origin.toLowerCase())) return true;
      return (
        host !== undefined && /^https?:\/\//.test(origin) && origin.replace(/^https?:\/\//, "") === host.toLowerCase()
      );
    },
  };
}

/** The name in a Host header, lower case, without port and final dot; undefined where it is none. */
export function hostName(host: string | undefined): string | undefined {
  const parts = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/i.exec(host ?? "");
  return parts?.[1]?.toLowerCase().replace(/\.$/, "");
}

function isLoopback(name: string): boolean {
  if (name === "localhost" || name.endsWith(".localhost") || name === "[::1]") return true;
  return isIP(name) === 4 && name.startsWith("127.");
}

function bracketed(address: string | undefined): string | undefined {
  if (address === undefined) return undefined;
  const plain = address.replace(/^::ffff:(?=\d+\.)/, "");
  return isIP(plain) === 6 ? `[${plain}]` : plain;
}

function originOf(entry: string): string {
  return entry.toLowerCase().replace(/\/$/, "");
}
