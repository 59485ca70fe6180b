import type { LockedPackage } from "../../../project/index.ts";
import {
  gitCommit,
  gitTags,
  readPackageVersion,
  type NpmRegistry,
  type PackageVersion,
} from "../../../resolve/index.ts";
import type { Origin } from "../manifest/manifest.ts";

/** An origin that lies elsewhere. */
export type RemoteOrigin = Exclude<Origin, { readonly kind: "path" }>;

/** A version that an origin has. */
export interface Offer {
  /** Undefined for a revision of a repository: its manifest says it. */
  readonly version: PackageVersion | undefined;
  readonly locked: LockedPackage;
}

/** What origins are asked with. */
export interface Asking {
  /** Opened when it is needed first. */
  readonly registry: () => Promise<NpmRegistry>;
  /** Absolute root of the cache. */
  readonly cache: string;
  readonly signal?: AbortSignal | undefined;
  readonly onStep?: ((step: string) => void) | undefined;
}

/** All versions that an origin has of a package. Throws what the registry and the repository do. */
export async function offersOf(name: string, origin: RemoteOrigin, asking: Asking): Promise<readonly Offer[]> {
  asking.onStep?.(`looking for ${name}`);
  return origin.kind === "npm" ? await ofNpm(name, origin.name, asking) : await ofGit(name, origin, asking);
}

/** True where a lock's entry came from the origin: of a repository, for the same branch, tag or commit. */
export function isFrom({ source }: LockedPackage, origin: RemoteOrigin): boolean {
  if (origin.kind === "npm") return source === npmSource(origin.name);
  const found = readSource(source);
  if (found?.kind !== "git" || found.url !== origin.url || found.folder !== origin.folder) return false;
  const { rev } = origin;
  return rev !== undefined && isCommit(rev) ? found.commit === rev : found.rev === (rev && encodeURIComponent(rev));
}

function isCommit(text: string): boolean {
  return /^[0-9a-f]{40}$/.test(text);
}

/** The address in front of the last "#", and what stands behind it. */
function split(source: string): readonly [string, string] {
  const at = source.lastIndexOf("#");
  return at < 0 ? [source, ""] : [source.slice(0, at), source.slice(at + 1)];
}

/** Where a lock's entry is fetched from. */
export type Fetched =
  | { readonly kind: "npm"; readonly name: string }
  | {
      readonly kind: "git";
      readonly url: string;
      readonly commit: string;
      /** The branch or tag that was asked for, as in a URL; undefined where tags are versions, or a commit was. */
      readonly rev: string | undefined;
      readonly folder: string;
    };

/** The source of a lock's entry, read back; undefined where howdah wrote no such thing. */
export function readSource(source: string): Fetched | undefined {
  if (source.startsWith("npm:")) return { kind: "npm", name: source.slice("npm:".length) };
  const [before, behind] = split(source);
  const [, commit, rev, folder = ""] = /^([0-9a-f]{40})(?:@([^:]*))?(?::(.*))?$/.exec(behind) ?? [];
  if (!before.startsWith("git+") || commit === undefined) return undefined;
  return { kind: "git", url: before.slice("git+".length), commit, rev, folder };
}

function npmSource(name: string): string {
  return `npm:${name}`;
}

function gitSource(url: string, commit: string, { rev, folder }: Extract<RemoteOrigin, { kind: "git" }>): string {
  const asked = rev === undefined || isCommit(rev) ? "" : `@${encodeURIComponent(rev)}`;
  return `git+${url}#${commit}${asked}${folderOf(folder)}`;
}

function folderOf(folder: string): string {
  return folder === "" ? "" : `:${folder}`;
}

async function ofNpm(name: string, npmName: string, { registry, signal }: Asking): Promise<readonly Offer[]> {
  const versions = await (await registry()).versions(npmName, signal);
  return versions.flatMap(({ version: text, tarball }) => {
    const version = readPackageVersion(text);
    if (version === undefined) return [];
    const artifacts = [{ url: tarball.url, integrity: tarball.integrity, package: `${npmName}@${text}` }];
    return [{ version, locked: { name, version: text, source: npmSource(npmName), artifacts } }];
  });
}

async function ofGit(
  name: string,
  origin: Extract<RemoteOrigin, { kind: "git" }>,
  { signal }: Asking,
): Promise<readonly Offer[]> {
  const { url, rev } = origin;
  const offer = (version: PackageVersion | undefined, text: string, commit: string): Offer => {
    return { version, locked: { name, version: text, source: gitSource(url, commit, origin), artifacts: [] } };
  };
  if (rev !== undefined) return [offer(undefined, rev, await gitCommit(url, rev, signal))];
  return (await gitTags(url, signal)).flatMap((tag) => {
    const text = versionText(tag.name, name);
    const version = text === undefined ? undefined : readPackageVersion(text);
    return version === undefined || text === undefined ? [] : [offer(version, text, tag.commit)];
  });
}

/** "v1.2.0", "1.2.0"; in a repository of several packages "name-1.2.0", "name@1.2.0" or "name/v1.2.0". */
function versionText(tag: string, name: string): string | undefined {
  const own = ["-", "@", "/"].map((between) => name + between).find((prefix) => tag.startsWith(prefix));
  const text = (own === undefined ? tag : tag.slice(own.length)).replace(/^v(?=\d)/, "");
  return /^\d+\.\d+/.test(text) ? text : undefined;
}
