import { createReadStream } from "node:fs";
import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import { zstdCompress, zstdDecompress } from "node:zlib";
import { AppError } from "../../errors/index.ts";
import { decompress } from "../archive/decompress.ts";
import { discard, download } from "../download.ts";
import { httpStatus, type HttpClient, type RequestOptions } from "../http.ts";
import { sriFromHex } from "../integrity.ts";
import { contentFolder, ensureContent, listContent } from "../store.ts";
import { paragraphs, type Paragraph } from "./control.ts";
import type { DebianPackage } from "./package.ts";
import { assertSuite, assertValid, parseRelease, verifyInRelease, type Release } from "./release.ts";

/** One suite of one mirror. */
export interface DebianSource {
  /** Base address, the folder that holds dists/ and pool/. */
  readonly mirror: string;
  /** Suite or codename: "trixie", "trixie-security". */
  readonly suite: string;
  /** Default "main". */
  readonly component?: string | undefined;
}

export interface RepositoryOptions extends RequestOptions {
  readonly cache: string;
  /** Debian's name of the architecture: amd64, arm64. */
  readonly architecture: string;
  /** Contents of key files, armored or binary; a release must be signed by one of their keys. */
  readonly keyrings: readonly Buffer[];
  /** True takes a release that is past its Valid-Until. Default false. */
  readonly acceptExpired?: boolean | undefined;
  readonly onBytes?: ((what: string, receivedBytes: number, totalBytes: number | undefined) => void) | undefined;
}

/**
 * All packages of a suite: InRelease → signature → hash of the index → hash of each package.
 *
 * The index is kept in the cache under its hash, cut down to the fields that are used: the same suite costs one small
 * request until it changes. Throws WD362, WD363, and what a download does.
 */
export async function suitePackages(
  client: HttpClient,
  source: DebianSource,
  options: RepositoryOptions,
): Promise<readonly DebianPackage[]> {
  const release = await fetchRelease(client, source, options);
  const index = chooseIndex(release, source, options.architecture);
  const key = `${source.suite}-${options.architecture}-${index.sha256.slice(0, 16)}`.replaceAll("/", "_");
  const folder = await ensureContent(
    { cache: options.cache, kind: indexKind, key, signal: options.signal },
    (staging) => buildIndex(client, source, index, staging, options),
  );
  await dropOldIndexes(options.cache, key);
  const rows = JSON.parse((await unzstd(await readFile(join(folder, "packages.json.zst")))).toString("utf8"));
  return (rows as Row[]).map((row) => fromRow(row, source.mirror));
}

const indexKind = "debian-index";
const maxReleaseBytes = 4 * 2 ** 20;
const [zstd, unzstd] = [promisify(zstdCompress), promisify(zstdDecompress)];

async function fetchRelease(client: HttpClient, source: DebianSource, options: RepositoryOptions): Promise<Release> {
  const what = `the release file of ${source.suite}`;
  const url = `${suiteUrl(source)}/InRelease`;
  const bytes = await client.bytes(url, { ...options, maxBytes: maxReleaseBytes }).catch((thrown: unknown) => {
    throw httpStatus(thrown) === 404 ? noSuite(source, thrown) : thrown;
  });
  const release = parseRelease(await verifyInRelease(bytes, options.keyrings, what), what);
  assertSuite(release, source.suite, what);
  if (options.acceptExpired !== true) assertValid(release, new Date(), what);
  return release;
}

function noSuite({ mirror, suite }: DebianSource, cause: unknown): AppError {
  return new AppError("WD352", `the mirror has no suite "${suite}"`, {
    detail: `asked ${mirror}`,
    hint: "suite and mirror in [postgres.deb] of howdah.toml: is there a dists folder at that address, and the suite in it?",
    cause,
  });
}

interface IndexFile {
  readonly path: string;
  readonly url: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** gzip first: it is a third larger than xz, but decoded in 0.2 s instead of 4 s. */
function chooseIndex(release: Release, source: DebianSource, architecture: string): IndexFile {
  const folder = `${source.component ?? "main"}/binary-${architecture}`;
  for (const name of ["Packages.gz", "Packages.xz", "Packages"]) {
    const file = release.files.get(`${folder}/${name}`);
    if (file === undefined) continue;
    const path = release.byHash ? `${folder}/by-hash/SHA256/${file.sha256}` : `${folder}/${name}`;
    return { ...file, path: `${folder}/${name}`, url: `${suiteUrl(source)}/${path}` };
  }
  throw new AppError("WD359", `${source.suite} has no packages for ${architecture}`, {
    detail: `no index below ${folder} in ${suiteUrl(source)}`,
    hint: "is the suite's name right, and does the mirror carry this architecture?",
  });
}

async function buildIndex(
  client: HttpClient,
  source: DebianSource,
  index: IndexFile,
  staging: string,
  options: RepositoryOptions,
): Promise<void> {
  const what = `the package index of ${source.suite}`;
  const artifact = { url: index.url, integrity: sriFromHex(index.sha256), bytes: index.bytes };
  const path = await download(client, artifact, {
    ...options,
    scratch: staging,
    what,
    onBytes: (receivedBytes, totalBytes) => options.onBytes?.(what, receivedBytes, totalBytes),
  });
  const text = await buffer(await decompress(createReadStream(path), index.path));
  const rows = [...paragraphs(text.toString("utf8"), rowFields)].flatMap(toRow);
  await writeFile(join(staging, "packages.json.zst"), await zstd(JSON.stringify(rows)));
  await discard(options.cache, [artifact]);
}

/** name, version, depends, provides, path, SHA-256, bytes: in this form all of Debian is 6 MB on the disk, read in 0.3 s. */
type Row = readonly [string, string, string, string, string, string, number];

const rowFields = new Set(["Package", "Version", "Pre-Depends", "Depends", "Provides", "Filename", "SHA256", "Size"]);

function toRow(fields: Paragraph): readonly Row[] {
  const [name, version, path, sha256] = ["Package", "Version", "Filename", "SHA256"].map((key) => fields.get(key));
  if (!name || !version || !path || !sha256) return [];
  const depends = [fields.get("Pre-Depends"), fields.get("Depends")].filter(Boolean).join(", ");
  return [[name, version, depends, fields.get("Provides") ?? "", path, sha256, Number(fields.get("Size"))]];
}

function fromRow([name, version, depends, provides, path, sha256, bytes]: Row, mirror: string): DebianPackage {
  return {
    name,
    version,
    depends,
    provides,
    url: `${withoutSlash(mirror)}/${path}`,
    integrity: sriFromHex(sha256),
    bytes,
  };
}

/** Earlier states of the same suite; a day's grace, because another process may be about to read one. */
async function dropOldIndexes(cache: string, current: string): Promise<void> {
  const suite = current.slice(0, current.lastIndexOf("-"));
  for (const key of await listContent(cache, indexKind)) {
    if (key === current || key.slice(0, key.lastIndexOf("-")) !== suite) continue;
    const folder = contentFolder({ cache, kind: indexKind, key });
    const found = await stat(folder).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > 86_400_000) await rm(folder, { recursive: true, force: true });
  }
}

function suiteUrl({ mirror, suite }: DebianSource): string {
  return `${withoutSlash(mirror)}/dists/${suite}`;
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, "");
}
