import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../../errors/index.ts";
import type { Home } from "../home.ts";
import type { SupervisorOptions } from "../lease-protocol.ts";
import type { ServerUser } from "../server-user.ts";
import { executeNamed, nameHint } from "./named-user.ts";

export interface PasswordOptions {
  readonly home: Home;
  readonly installation: SupervisorOptions["installation"];
  readonly user: ServerUser | undefined;
}

/**
 * Makes the superuser's password what the project's `password` file says; a lost file gets a new password.
 *
 * Set in single-user mode while nobody can connect (40 ms), so that no server ever listens without it. The file comes
 * second: killed in between, the next start finds no file and begins again.
 */
export async function ensurePassword(options: PasswordOptions, data: string, created: boolean): Promise<void> {
  const { home } = options;
  const known = (await readFile(home.password, "utf8").catch(() => "")).trim();
  if (known !== "" && !created) return;
  const password = known || randomBytes(24).toString("base64url");
  await setPassword(options, data, password);
  if (known !== "") return;
  const staged = `${home.password}.new`;
  await writeFile(staged, `${password}\n`, { mode: 0o600 });
  await rename(staged, home.password);
}

async function setPassword({ installation, user }: PasswordOptions, data: string, password: string): Promise<void> {
  const postgres = join(installation.bin, process.platform === "win32" ? "postgres.exe" : "postgres");
  const { code, output } = await executeNamed(postgres, ["--single", "-D", data, "postgres"], {
    user,
    env: installation.env,
    input: `alter role postgres password '${scramVerifier(password)}'\n`,
  });
  // The single-user backend prints errors and ends with 0 all the same.
  if (code === 0 && !/^.*(ERROR|FATAL|PANIC):/m.test(output)) return;
  throw new AppError("WD375", "the password of the cluster could not be set", {
    detail: output.trim(),
    hint: nameHint(output),
  });
}

/** What Postgres stores of a password (RFC 5803, RFC 7677), so that the password itself never reaches a log. */
export function scramVerifier(password: string, salt: Buffer = randomBytes(16)): string {
  const iterations = 4096;
  const salted = pbkdf2Sync(password, salt, iterations, 32, "sha256");
  const keyed = (text: string) => createHmac("sha256", salted).update(text).digest();
  const storedKey = createHash("sha256").update(keyed("Client Key")).digest("base64");
  return `SCRAM-SHA-256$${iterations}:${salt.toString("base64")}$${storedKey}:${keyed("Server Key").toString("base64")}`;
}
