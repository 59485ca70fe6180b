import { randomBytes, scryptSync } from "node:crypto";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../errors/index.ts";
import type { Target } from "../postgres/index.ts";

/** Passwords of the two login roles. Never printed, never logged. */
export interface RolePasswords {
  readonly authenticator: string;
  readonly service: string;
}

/**
 * The passwords of a project's login roles on a cluster of ours: generated once, kept in `.howdah/secrets.json`
 * (mode 0600).
 */
export async function localPasswords(home: string): Promise<RolePasswords> {
  const file = join(home, "secrets.json");
  return (await readPasswords(file)) ?? (await createPasswords(home, file));
}

/**
 * The passwords of a project's login roles on a server that is reached by a url with a password.
 *
 * They are derived from that password (scrypt, RFC 7914), so that ten servers which share the url are one
 * application without sharing a file. A url without a password falls back to `.howdah/secrets.json`.
 */
export async function derivedPasswords(home: string, target: Target): Promise<RolePasswords> {
  if (target.password === undefined) return localPasswords(home);
  return {
    authenticator: derive(target.password, "authenticator"),
    service: derive(target.password, "service"),
  };
}

async function readPasswords(file: string): Promise<RolePasswords | undefined> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw unusable(String(error), "it has to be readable by the user that starts howdah", error);
  });
  if (text === undefined) return undefined;
  const passwords = parsePasswords(text);
  if (passwords !== undefined) return passwords;
  throw unusable(file, "delete it: new passwords are generated and set at the next start");
}

function unusable(detail: string, hint: string, cause?: unknown): AppError {
  return new AppError("WD041", "the file with the passwords of the project's roles can't be used", {
    detail,
    hint,
    cause,
  });
}

function parsePasswords(text: string): RolePasswords | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return undefined;
    const { authenticator, service } = value as Record<string, unknown>;
    if (typeof authenticator !== "string" || typeof service !== "string") return undefined;
    return { authenticator, service };
  } catch {
    return undefined;
  }
}

// Two may start at once, in one process as well: the link is made by one of them, and both use what it points to.
async function createPasswords(home: string, file: string): Promise<RolePasswords> {
  const passwords = { authenticator: random(), service: random() };
  const staged = `${file}.${process.pid}.${randomBytes(4).toString("hex")}`;
  try {
    await mkdir(home, { recursive: true });
    await writeFile(staged, `${JSON.stringify(passwords, undefined, 2)}\n`, { mode: 0o600, flag: "wx" });
    await link(staged, file);
    return passwords;
  } catch (error) {
    const existing = await readPasswords(file);
    if (existing !== undefined) return existing;
    throw unusable(String(error), "the folder has to be writable by the user that starts howdah", error);
  } finally {
    await rm(staged, { force: true });
  }
}

function random(): string {
  return randomBytes(24).toString("base64url");
}

// The parameters of scrypt are OWASP's for an interactive login: a few tens of milliseconds, once a start.
function derive(password: string, purpose: string): string {
  const cost = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 2 ** 20 };
  return scryptSync(password, `howdah ${purpose}`, 24, cost).toString("base64url");
}
