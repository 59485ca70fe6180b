/** Where a Postgres listens and as whom to connect. Never printed with its password. */
export interface Target {
  /** A host name or address, or the absolute path of the folder that holds the Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password?: string | undefined;
  /**
   * As libpq's sslmode; absent means the default of the host: "disable" for sockets and loopback, else "verify-full".
   *
   * "require" encrypts without proving whom it talks to; "verify-ca" checks the certificate but not the host's name.
   */
  readonly ssl?: "disable" | "require" | "verify-ca" | "verify-full" | undefined;
  /** A file of trusted certificates (PEM); without it those that Node trusts. */
  readonly sslRootCert?: string | undefined;
  /** "require" refuses a server that can't bind the login to the TLS channel (SCRAM-SHA-256-PLUS). */
  readonly channelBinding?: "require" | undefined;
}

/** How a target is reached when it does not say so itself: encrypted and verified unless it never leaves this machine. */
export function sslMode(target: Target): NonNullable<Target["ssl"]> {
  return target.ssl ?? (isLocal(target.host) ? "disable" : "verify-full");
}

/** True for a socket folder; such a host is never encrypted. */
export function isSocket(host: string): boolean {
  // The second form is an absolute path on Windows, where Postgres has Unix sockets too.
  return host.startsWith("/") || /^[A-Za-z]:[\\/]/.test(host);
}

function isLocal(host: string): boolean {
  return isSocket(host) || host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}
