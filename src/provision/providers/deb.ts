import { AppError } from "../../errors/index.ts";
import {
  dependencyClosure,
  PackageIndex,
  parseDependencies,
  parseVersionRequest,
  satisfiesRequest,
  upstreamVersion,
  type DebianPackage,
  type VersionRequest,
} from "../../resolve/index.ts";
import type { Provider, ProviderContext, ResolvedPostgres } from "../provider.ts";
import { installDebs } from "./deb-install.ts";
import { packagesOf, type PackagesOptions } from "./deb-packages.ts";
import { debianArchitecture, isLeftOut, suiteOfMajor, type DebianArchitecture } from "./deb-suites.ts";
import { newestInstalled } from "./installed.ts";
import { noBuild, ownPlatform, platformName, type Platform } from "./platform.ts";

/** The table [postgres.deb] of howdah.toml, and what tests replace. */
export interface DebOptions extends PackagesOptions {
  /** Suite or codename in place of our default for the major. */
  readonly suite?: string | undefined;
  /** Default: the one we run on. */
  readonly platform?: Platform | undefined;
}

/** Postgres from Debian's packages, with PL/Python, psql and pg_dump; nothing is installed on the system. */
export const deb: Provider = debProvider();

/** The provider with another suite, mirror or keyring; see `deb`. */
export function debProvider(options: DebOptions = {}): Provider {
  const platform = (): Platform => options.platform ?? ownPlatform();
  return {
    name: "deb",
    features: { start: true, versions: true },
    resolve: async (version, context) => resolve(parseVersionRequest(version), context, platform(), options),
    install: async (resolved, context) => {
      const architecture = ownArchitecture(platform());
      assertLockedFor(resolved, architecture);
      return installDebs(resolved, context, {
        architecture,
        platform: platformName(platform()),
        request: options.request,
      });
    },
  };
}

async function resolve(
  request: VersionRequest,
  context: ProviderContext,
  platform: Platform,
  options: DebOptions,
): Promise<ResolvedPostgres> {
  const architecture = ownArchitecture(platform);
  const suite = options.suite ?? suiteOfMajor.get(request.major);
  if (suite === undefined) throw noSuite(request.major);
  try {
    return await resolveOnline(request, suite, architecture, context, options);
  } catch (thrown) {
    if (!mayBeInstalled(thrown)) throw thrown;
    const place = placeOf(suite, architecture);
    const installed = await newestInstalled(context.cache, request, ({ resolved }) =>
      resolved.source.startsWith(place),
    );
    if (installed === undefined) throw thrown;
    return installed;
  }
}

async function resolveOnline(
  request: VersionRequest,
  suite: string,
  architecture: DebianArchitecture,
  context: ProviderContext,
  options: DebOptions,
): Promise<ResolvedPostgres> {
  const index = new PackageIndex(await packagesOf(suite, architecture, context, options));
  const server = newestServer(index, request, suite);
  const [major, exactly] = [request.major, `(= ${server.version})`];
  const roots = `postgresql-${major} ${exactly}, postgresql-client-${major} ${exactly}, postgresql-plpython3-${major} ${exactly}`;
  const packages = dependencyClosure(parseDependencies(roots), index, isLeftOut);
  return {
    provider: "deb",
    version: postgresVersion(server),
    source: `${placeOf(suite, architecture)} ${server.name} ${server.version}`,
    artifacts: packages.map(({ url, integrity, bytes }) => ({ url, integrity, bytes })),
  };
}

function newestServer(index: PackageIndex, request: VersionRequest, suite: string): DebianPackage {
  const servers = index.named(`postgresql-${request.major}`);
  const server = servers.find((each) => satisfiesRequest(postgresVersion(each), request));
  if (server !== undefined) return server;
  const asked = request.minor === undefined ? `${request.major}` : `${request.major}.${request.minor}`;
  const there = index.names("postgresql-").filter((name) => /^postgresql-\d+$/.test(name));
  const versions = there.flatMap((name) => index.named(name)).map(postgresVersion);
  throw new AppError("WD360", `provider "deb" has no Postgres ${asked}`, {
    detail: `${suite} has ${versions.join(", ") || "none at all"}; by default ${defaultSuites()}`,
    hint: servers[0] ? `ask for "${request.major}": a suite carries the newest minor version only` : undefined,
  });
}

/** "17.11-0+deb13u1" → "17.11". */
function postgresVersion(server: DebianPackage): string {
  return upstreamVersion(server.version);
}

function noSuite(major: number): AppError {
  return new AppError("WD360", `provider "deb" has no Postgres ${major}`, {
    detail: `known are ${defaultSuites()}`,
    hint: "name the suite that has it: suite in [postgres.deb] of howdah.toml",
  });
}

function defaultSuites(): string {
  return [...suiteOfMajor].map(([major, suite]) => `${major} from ${suite}`).join(", ");
}

function placeOf(suite: string, { name }: DebianArchitecture): string {
  return `debian/${suite}/${name}`;
}

function ownArchitecture(platform: Platform): DebianArchitecture {
  const architecture = debianArchitecture(platform);
  if (architecture !== undefined) return architecture;
  throw noBuild("deb", platform, "Debian's packages run on Linux x64 and arm64 only; they");
}

function assertLockedFor({ source, version }: ResolvedPostgres, { name }: DebianArchitecture): void {
  if (source.split(" ", 1)[0]?.endsWith(`/${name}`)) return;
  throw new AppError("WD361", `the locked Postgres ${version} is not for this architecture`, {
    detail: `howdah.lock names ${source}, this machine needs ${name}`,
    hint: "remove the Postgres entry from howdah.lock to resolve it again on this machine",
  });
}

/** Not reached, in trouble or moved on: what is installed serves. A signature that fails is never passed over. */
function mayBeInstalled(thrown: unknown): boolean {
  return thrown instanceof AppError && ["WD351", "WD352", "WD355", "WD359", "WD360", "WD363"].includes(thrown.code);
}
