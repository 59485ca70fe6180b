import { readFileSync } from "node:fs";
import type { ConnectionOptions } from "node:tls";
import { AppError } from "../errors/index.ts";
import { isSocket, sslMode, type Target } from "./target.ts";

/** What Node's TLS needs for the target's sslmode; false for plain text. Throws WD202 when sslRootCert can't be read. */
export function tlsOptions(target: Target): ConnectionOptions | false {
  const mode = sslMode(target);
  if (mode === "disable" || isSocket(target.host)) return false;
  const ca = target.sslRootCert === undefined ? {} : { ca: readRootCert(target.sslRootCert) };
  switch (mode) {
    case "require":
      // As libpq: a root certificate turns require into verify-ca.
      return target.sslRootCert === undefined ? { rejectUnauthorized: false } : { ...ca, ...anyName };
    case "verify-ca":
      return { ...ca, ...anyName };
    case "verify-full":
      return ca;
  }
}

const anyName: ConnectionOptions = { checkServerIdentity: () => undefined };

function readRootCert(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new AppError("WD202", "the file of trusted certificates can't be read", { detail: path, cause: error });
  }
}
