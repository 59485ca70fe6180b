import { readFile } from "node:fs/promises";
import { AppError } from "../../errors/index.ts";
import { HttpClient, suitePackages, type DebianPackage, type RequestOptions } from "../../resolve/index.ts";
import type { ProviderContext } from "../provider.ts";
import { debianKeys } from "./deb-keys.ts";
import { suiteSources, type DebianArchitecture } from "./deb-suites.ts";

/** Where packages come from, and whose word is taken for them. */
export interface PackagesOptions {
  /** Base address of the only mirror that is asked, in place of Debian's own and its security mirror. */
  readonly mirror?: string | undefined;
  /** Path of a key file, armored or binary, in place of Debian's own keys. */
  readonly keyring?: string | undefined;
  /** True takes a release that is past its Valid-Until, as snapshots of an archive are: it may lack security fixes. */
  readonly acceptExpired?: boolean | undefined;
  /** Timeouts and attempts of downloads. */
  readonly request?: RequestOptions | undefined;
}

/** All packages that a suite of Debian and its updates have, by signed indexes. */
export async function packagesOf(
  suite: string,
  { name: architecture }: DebianArchitecture,
  { cache, signal, onProgress }: ProviderContext,
  options: PackagesOptions,
): Promise<readonly DebianPackage[]> {
  const keyrings = await readKeyrings(options.keyring);
  const onBytes = (what: string, receivedBytes: number, totalBytes: number | undefined): void =>
    onProgress?.({ what, receivedBytes, totalBytes });
  const { request, acceptExpired } = options;
  const repository = { ...request, cache, signal, architecture, keyrings, acceptExpired, onBytes };
  const client = new HttpClient();
  try {
    const sources = suiteSources(suite, options.mirror);
    return (await Promise.all(sources.map((source) => suitePackages(client, source, repository)))).flat();
  } finally {
    client.close();
  }
}

/** The machine's own copy of Debian's keys, where it has one, knows keys that are newer than this release of howdah. */
const systemKeyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

async function readKeyrings(path: string | undefined): Promise<readonly Buffer[]> {
  if (path === undefined) {
    const system = await readFile(systemKeyring).catch(() => undefined);
    return [Buffer.from(debianKeys), ...(system ? [system] : [])];
  }
  try {
    return [await readFile(path)];
  } catch (cause) {
    throw new AppError("WD362", "the keyring can't be read", {
      detail: `${path}: ${cause instanceof Error ? cause.message : String(cause)}`,
      hint: "keyring in [postgres.deb] of howdah.toml names a key file, armored (.asc) or binary (.gpg)",
      cause,
    });
  }
}
