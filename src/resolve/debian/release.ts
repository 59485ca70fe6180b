import { AppError } from "../../errors/index.ts";
import { paragraphs } from "./control.ts";

/** A verified Release file: what a suite is, and the hashes of its indexes. */
export interface Release {
  readonly suite: string;
  readonly codename: string;
  readonly date: Date | undefined;
  readonly validUntil: Date | undefined;
  /** True where an index is also served under its hash, so that a mirror's update can't come in between. */
  readonly byHash: boolean;
  /** Path below the suite's folder → SHA-256 (hexadecimal) and size. */
  readonly files: ReadonlyMap<string, { readonly sha256: string; readonly bytes: number }>;
}

/**
 * Verifies an InRelease file against a keyring and gives the text that was signed.
 *
 * One good signature of a key in the keyring is enough: Debian signs with the keys of two releases and of the archive.
 * Only the signed part is returned; what stands around it is never looked at. Throws WD362.
 */
export async function verifyInRelease(inRelease: Buffer, keyrings: readonly Buffer[], what: string): Promise<string> {
  const { readCleartextMessage, verify } = await import("openpgp");
  const keys = (await Promise.all(keyrings.map((keyring) => readKeyring(keyring, what)))).flat();
  const message = await readCleartextMessage({ cleartextMessage: inRelease.toString("utf8") }).catch((cause) => {
    throw new AppError("WD362", `${what} is not signed`, { detail: messageOf(cause), hint: trustHint, cause });
  });
  const { data, signatures } = await verify({ message, verificationKeys: keys });
  const failures: string[] = [];
  for (const { keyID, verified } of signatures) {
    const failure = await verified.then(() => undefined, messageOf);
    if (failure === undefined) return data;
    failures.push(`key ${keyID.toHex()}: ${failure}`);
  }
  throw new AppError("WD362", `${what} is not signed by a trusted key`, {
    detail: failures.join("\n") || "it carries no signature",
    hint: trustHint,
  });
}

/** Reads the signed text of an InRelease file (Debian wiki, "DebianRepository/Format"). Throws WD359. */
export function parseRelease(text: string, what: string): Release {
  const [fields] = [...paragraphs(text)];
  const hashes = fields?.get("SHA256");
  if (!fields || hashes === undefined) {
    throw new AppError("WD359", `${what} is not a Debian release file`, { detail: "it has no SHA256 field" });
  }
  return {
    suite: fields.get("Suite") ?? "",
    codename: fields.get("Codename") ?? "",
    date: dateOf(fields.get("Date")),
    validUntil: dateOf(fields.get("Valid-Until")),
    byHash: fields.get("Acquire-By-Hash") === "yes",
    files: new Map(hashes.split("\n").flatMap(parseHash)),
  };
}

/** Throws WD362 when the release is another suite's than was asked for. */
export function assertSuite(release: Release, suite: string, what: string): void {
  if (release.suite !== suite && release.codename !== suite) {
    throw new AppError("WD362", `${what} is another suite's`, {
      detail: `asked for ${suite}, signed as ${release.suite} (${release.codename})`,
      hint: "the signature is good, but for other packages: use another mirror",
    });
  }
}

/** Throws WD363 when the release says that it is no longer valid: an old one would hide security fixes. */
export function assertValid(release: Release, now: Date, what: string): void {
  if (release.validUntil !== undefined && release.validUntil < now) {
    throw new AppError("WD363", `${what} is out of date`, {
      detail: `signed ${release.date?.toUTCString()}, valid until ${release.validUntil.toUTCString()}, now ${now.toUTCString()}`,
      hint: "use a mirror that follows Debian (mirror in [postgres.deb]), set this machine's clock, or take it as it is: accept_expired = true in [postgres.deb]",
    });
  }
}

const trustHint =
  "nothing of it was used; for a repository that is not Debian's own, name its key file: keyring in [postgres.deb]";

/** Armored (.asc) or binary (.gpg). */
async function readKeyring(keyring: Buffer, what: string) {
  const { readKeys } = await import("openpgp");
  const isArmored = keyring.subarray(0, 4096).includes("-----BEGIN PGP PUBLIC KEY BLOCK-----");
  try {
    if (isArmored) return await readKeys({ armoredKeys: keyring.toString("utf8") });
    return await readKeys({ binaryKeys: new Uint8Array(keyring) });
  } catch (cause) {
    throw new AppError("WD362", `the keyring for ${what} can't be read`, { detail: messageOf(cause), cause });
  }
}

function parseHash(line: string): readonly [string, { readonly sha256: string; readonly bytes: number }][] {
  const [sha256, bytes, path] = line.trim().split(/\s+/);
  if (!sha256 || !path || !/^[0-9a-f]{64}$/.test(sha256)) return [];
  return [[path, { sha256, bytes: Number(bytes) }]];
}

function dateOf(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
