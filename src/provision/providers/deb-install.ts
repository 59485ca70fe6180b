import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../../errors/index.ts";
import {
  contentFolder,
  discard,
  download,
  ensureContent,
  HttpClient,
  httpStatus,
  majorOf,
  unpackDeb,
  withLock,
  type Artifact,
  type RequestOptions,
} from "../../resolve/index.ts";
import type { Installation, ProviderContext, ResolvedPostgres } from "../provider.ts";
import type { DebianArchitecture } from "./deb-suites.ts";
import { isKept, loaderCommand, openSysroot, setProgramsAside, writeWrappers } from "./deb-sysroot.ts";
import { assertRuns, installedKey, installedKind, readManifest, writeManifest } from "./installed.ts";

export interface DebInstallOptions {
  readonly architecture: DebianArchitecture;
  /** "linux-x64". */
  readonly platform: string;
  readonly request?: RequestOptions | undefined;
}

const rootFolder = "root";
const parallelDownloads = 6;

/** Fetches every package of a resolved Postgres and makes one sysroot of them, with wrappers that run its programs. */
export async function installDebs(
  resolved: ResolvedPostgres,
  context: ProviderContext,
  options: DebInstallOptions,
): Promise<Installation> {
  const { cache, signal } = context;
  const integrities = resolved.artifacts.map(({ integrity }) => integrity);
  const key = installedKey(resolved, options.platform, integrities);
  const content = { cache, kind: installedKind, key, signal };
  const folder = await ensureContent(content, (staging) =>
    build(resolved, staging, contentFolder(content), context, options),
  );
  await followMove(folder, resolved, context, options);
  const sysroot = await openSysroot(join(folder, rootFolder), majorOf(resolved.version), options.architecture);
  const program = (name: string): string => join(sysroot.bin, name);
  return {
    provider: "deb",
    version: resolved.version,
    major: majorOf(resolved.version),
    bin: sysroot.bin,
    tools: {
      psql: program("psql"),
      pg_dump: program("pg_dump"),
      pg_restore: program("pg_restore"),
      pg_isready: program("pg_isready"),
    },
    env: {},
  };
}

async function build(
  resolved: ResolvedPostgres,
  staging: string,
  folder: string,
  context: ProviderContext,
  options: DebInstallOptions,
): Promise<void> {
  const root = join(staging, rootFolder);
  await mkdir(root);
  const paths = await downloadAll(resolved, staging, context, options.request);
  for (const [at, path] of paths.entries()) {
    const what = fileName(resolved.artifacts[at]?.url ?? path);
    await unpackDeb(path, root, { what, wanted: isKept, signal: context.signal });
  }
  const sysroot = await openSysroot(root, majorOf(resolved.version), options.architecture);
  await setProgramsAside(sysroot);
  await assertRuns(loaderCommand(sysroot, "postgres"), resolved.version);
  await writeWrappers(sysroot, join(folder, rootFolder));
  await writeManifest(staging, { resolved, folder, platform: options.platform });
  await discard(context.cache, resolved.artifacts);
}

/** Paths in the order of the artifacts; the progress is that of all together. */
async function downloadAll(
  resolved: ResolvedPostgres,
  scratch: string,
  { cache, signal, onProgress }: ProviderContext,
  request: RequestOptions = {},
): Promise<readonly string[]> {
  const { artifacts, version } = resolved;
  const received = artifacts.map(() => 0);
  const totalBytes = artifacts.reduce((sum, { bytes = 0 }) => sum + bytes, 0) || undefined;
  const report = (at: number, bytes: number): void => {
    received[at] = bytes;
    const receivedBytes = received.reduce((sum, each) => sum + each, 0);
    onProgress?.({ what: `Postgres ${version}`, receivedBytes, totalBytes });
  };
  const client = new HttpClient();
  // The first failure ends the other transfers as well.
  const stop = new AbortController();
  const either = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  const paths = artifacts.map(() => "");
  const queue = artifacts.entries();
  const work = async (): Promise<void> => {
    for (const [at, artifact] of queue) {
      const onBytes = (bytes: number): void => report(at, bytes);
      paths[at] = await fetchDeb(client, artifact, { ...request, cache, scratch, signal: either, onBytes });
      report(at, artifact.bytes ?? received[at] ?? 0);
    }
  };
  const workers = Array.from({ length: parallelDownloads }, () => work().catch((thrown) => fail(stop, thrown)));
  try {
    await Promise.all(workers);
    if (stop.signal.aborted) throw stop.signal.reason;
    return paths;
  } finally {
    client.close();
  }
}

function fail(stop: AbortController, thrown: unknown): void {
  if (!stop.signal.aborted) stop.abort(thrown);
}

type FetchOptions = RequestOptions & { cache: string; scratch: string; onBytes: (receivedBytes: number) => void };

async function fetchDeb(client: HttpClient, artifact: Artifact, options: FetchOptions): Promise<string> {
  const what = fileName(artifact.url);
  try {
    return await download(client, artifact, { ...options, what });
  } catch (thrown) {
    if (httpStatus(thrown) !== 404) throw thrown;
    throw new AppError("WD365", `${what} has moved on`, {
      detail: `the mirror no longer has ${artifact.url}`,
      hint: "a newer version has taken its place: remove the Postgres entry from howdah.lock to resolve again",
      cause: thrown,
    });
  }
}

/** The wrappers name the folder they were made for: a cache that was moved or copied gets new ones. */
async function followMove(
  folder: string,
  resolved: ResolvedPostgres,
  { cache, signal }: ProviderContext,
  { architecture, platform }: DebInstallOptions,
): Promise<void> {
  if ((await readManifest(folder))?.folder === folder) return;
  await withLock(
    join(cache, "locks", "moved"),
    async () => {
      const sysroot = await openSysroot(join(folder, rootFolder), majorOf(resolved.version), architecture);
      await writeWrappers(sysroot, sysroot.root);
      await writeManifest(folder, { resolved, folder, platform });
    },
    { signal },
  );
}

/** "libc6_2.41-12_amd64.deb". */
function fileName(url: string): string {
  return decodeURIComponent(url.slice(url.lastIndexOf("/") + 1));
}
