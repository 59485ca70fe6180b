import { createHash, createHmac, pbkdf2Sync } from "node:crypto";

/** Postgres's own default (scram_iterations). */
const iterations = 4096;

/**
 * The verifier that Postgres stores for a password (RFC 5802, RFC 7677), so that the password itself never reaches a
 * server's log.
 *
 * The salt follows from role and password: the same password has the same verifier, and setting it again is no change.
 * Passwords of howdah are random and long, so that nobody gains by knowing two of the same.
 */
export function scramVerifier(role: string, password: string): string {
  const salt = createHash("sha256").update(`howdah\0${role}\0${password}`).digest().subarray(0, 16);
  const salted = pbkdf2Sync(password.normalize("NFKC"), salt, iterations, 32, "sha256");
  const clientKey = createHmac("sha256", salted).update("Client Key").digest();
  const storedKey = createHash("sha256").update(clientKey).digest("base64");
  const serverKey = createHmac("sha256", salted).update("Server Key").digest("base64");
  return `SCRAM-SHA-256$${iterations}:${salt.toString("base64")}$${storedKey}:${serverKey}`;
}
