import { randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { AppError } from "../errors/index.ts";
import { ensureCacheFolder } from "./cache.ts";
import { fileError } from "./file-error.ts";
import type { HttpClient, RequestOptions } from "./http.ts";
import { IntegrityCheck, parseIntegrity, type Integrity } from "./integrity.ts";

/** A file somewhere on the network, and the hash that makes it the right one wherever it comes from. */
export interface Artifact {
  readonly url: string;
  /** An SRI string: "sha512-…" or "sha256-…", base64. */
  readonly integrity: string;
  readonly bytes?: number | undefined;
}

export interface DownloadOptions extends RequestOptions {
  /** Absolute root of the cache; files are kept below it by their hash until they are discarded. */
  readonly cache: string;
  /** Absolute folder for the unfinished file, on the same file system; whoever owns it clears it after a kill -9. */
  readonly scratch: string;
  /** What the file is called in messages. */
  readonly what: string;
  /** Called with the bytes that have arrived so far; starts over when a transfer is repeated. */
  readonly onBytes?: ((receivedBytes: number, totalBytes: number | undefined) => void) | undefined;
}

/**
 * Fetches an artifact into the cache and gives its absolute path; one that is there already costs no network.
 *
 * The file appears under its hash only after every byte was checked: what is found there needs no second check.
 * Throws WD353 when the bytes are others (they are removed), WD354 when the disk is full, and what HttpClient.get does.
 */
export async function download(client: HttpClient, artifact: Artifact, options: DownloadOptions): Promise<string> {
  const expected = parseIntegrity(artifact.integrity, options.what);
  const path = downloadPath(options.cache, expected);
  if (await isFile(path)) return path;
  await ensureCacheFolder(dirname(path));
  const partial = join(options.scratch, `${randomBytes(8).toString("hex")}.partial`);
  try {
    await client.get(artifact.url, options, async ({ body, headers }) => {
      const totalBytes = artifact.bytes ?? contentLength(headers["content-length"]);
      const check = new IntegrityCheck(expected, options.what);
      const metered = meter(check, totalBytes, options);
      await pipeline(body, metered, createWriteStream(partial, { mode: 0o644 }), { signal: options.signal });
      check.check();
    });
    await rename(partial, path);
    return path;
  } catch (thrown) {
    await rm(partial, { force: true });
    throw fileError(thrown, path, options.signal);
  }
}

/** Removes artifacts from the cache, once what they hold has been installed, and what others never came back for. */
export async function discard(cache: string, artifacts: readonly Artifact[]): Promise<void> {
  const done = artifacts.map(({ integrity, url }) => downloadPath(cache, parseIntegrity(integrity, url)));
  await Promise.all([...done, ...(await abandoned(cache))].map((path) => rm(path, { force: true })));
}

const keptMs = 7 * 86_400_000;

/** Downloads of installations that were given up: kept for a week, because a second try would want them. */
async function abandoned(cache: string): Promise<readonly string[]> {
  const folder = join(cache, "downloads");
  const paths = (await readdir(folder).catch(() => [])).map((name) => join(folder, name));
  const ages = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        ({ mtimeMs }) => Date.now() - mtimeMs,
        () => 0,
      ),
    ),
  );
  return paths.filter((_, at) => (ages[at] ?? 0) > keptMs);
}

function downloadPath(cache: string, { algorithm, digest }: Integrity): string {
  return join(cache, "downloads", `${algorithm}-${digest.toString("hex").slice(0, 64)}`);
}

function meter(check: IntegrityCheck, totalBytes: number | undefined, options: DownloadOptions): Transform {
  let receivedBytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      receivedBytes += chunk.length;
      // Ahead of the hash: a server that never ends must not fill the disk first.
      if (totalBytes !== undefined && receivedBytes > totalBytes) return done(tooLong(options.what, totalBytes));
      check.update(chunk);
      options.onBytes?.(receivedBytes, totalBytes);
      done(null, chunk);
    },
  });
}

function tooLong(what: string, totalBytes: number): AppError {
  return new AppError("WD353", `${what} is not what it should be`, {
    detail: `it is longer than the ${totalBytes} bytes that were promised`,
    hint: "it was not used; try again, then compare with another network before you trust it",
  });
}

function contentLength(header: string | undefined): number | undefined {
  return header === undefined ? undefined : Number(header);
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
