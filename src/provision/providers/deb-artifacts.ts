import { AppError } from "../../errors/index.ts";
import {
  download,
  HttpClient,
  httpStatus,
  unpackDeb,
  type Artifact,
  type RequestOptions,
} from "../../resolve/index.ts";
import type { ProviderContext } from "../provider.ts";

export interface ArtifactOptions extends ProviderContext {
  /** What the packages are together, in reports of progress. */
  readonly what: string;
  /** Absolute folder for unfinished downloads, on the file system of the cache. */
  readonly scratch: string;
  /** Members to unpack, by their path. */
  readonly wanted: (path: string) => boolean;
  readonly request?: RequestOptions | undefined;
}

const parallelDownloads = 6;

/**
 * Fetches Debian packages and unpacks them into one folder that stands for "/". The downloads stay in the cache until
 * they are discarded. Throws WD365 for a package that the mirror no longer has, and what downloading and unpacking do.
 */
export async function unpackArtifacts(
  artifacts: readonly Artifact[],
  root: string,
  options: ArtifactOptions,
): Promise<void> {
  const paths = await downloadAll(artifacts, options);
  for (const [at, path] of paths.entries()) {
    const what = fileName(artifacts[at]?.url ?? path);
    await unpackDeb(path, root, { what, wanted: options.wanted, signal: options.signal });
  }
}

/** Paths in the order of the artifacts; the progress is that of all together. */
async function downloadAll(
  artifacts: readonly Artifact[],
  { what, scratch, cache, signal, onProgress, request }: ArtifactOptions,
): Promise<readonly string[]> {
  const received = artifacts.map(() => 0);
  const totalBytes = artifacts.reduce((sum, { bytes = 0 }) => sum + bytes, 0) || undefined;
  const report = (at: number, bytes: number): void => {
    received[at] = bytes;
    const receivedBytes = received.reduce((sum, each) => sum + each, 0);
    onProgress?.({ what, receivedBytes, totalBytes });
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

/** "libc6_2.41-12_amd64.deb". */
function fileName(url: string): string {
  return decodeURIComponent(url.slice(url.lastIndexOf("/") + 1));
}
