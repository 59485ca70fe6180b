import { AppError } from "../../../errors/index.ts";
import type { LockedArtifact } from "../../../project/index.ts";
import { debianArchitecture, isLeftOut, ownPlatform, packagesOf, suiteOfMajor } from "../../../provision/index.ts";
import {
  dependencyClosure,
  PackageIndex,
  parseDependencies,
  upstreamVersion,
  type DebianPackage,
} from "../../../resolve/index.ts";
import { installPackages } from "../install/debian-files.ts";
import { entryOf, registry } from "../registry.ts";
import { readExtensionVersion } from "../version.ts";
import type { Place, Source } from "./source.ts";

/** Debian's packages: postgresql-18-pgvector and its kin, of the suite that has this major. */
export const deb: Source = {
  name: "deb",
  async offers(name, place) {
    const index = await indexOf(place);
    if (index === undefined) return [];
    const packages = candidatesOf(name, place).flatMap((each) => index.named(each));
    return packages.map((found) => ({
      name,
      version: readExtensionVersion(upstreamVersion(found.version)),
      text: upstreamVersion(found.version),
      source: "deb",
      requires: new Map((entryOf(name)?.requires ?? []).map((each) => [each, "*"])),
      artifacts: artifactsOf(found, index, place),
    }));
  },
  async names(place) {
    const prefix = `postgresql-${place.installation.major}-`;
    const index = await indexOf(place);
    const there = (index?.names(prefix) ?? []).map((name) => name.slice(prefix.length));
    const curated = Object.keys(registry).filter((name) => there.includes(entryOf(name)?.deb ?? name));
    return [
      ...new Set([...curated, ...there.filter((name) => !isCurated(name)).map((name) => name.replaceAll("-", "_"))]),
    ];
  },
  install: installPackages,
};

/** Debian's names for an extension: the registry's, else the usual ways to write it. */
function candidatesOf(name: string, { installation: { major } }: Place): readonly string[] {
  const known = entryOf(name)?.deb;
  const dashed = name.replaceAll("_", "-");
  const names = known === undefined ? [dashed, `pg-${dashed}`, dashed.replace(/^pg-?/, "")] : [known];
  return [...new Set(names)].filter((each) => each !== "").map((each) => `postgresql-${major}-${each}`);
}

function isCurated(suffix: string): boolean {
  return Object.values(registry).some((entry) => entry.deb === suffix);
}

const indexes = new WeakMap<Place, Promise<PackageIndex | undefined>>();

/** Undefined where no suite has this major, or Debian's libraries can't be loaded. */
function indexOf(place: Place): Promise<PackageIndex | undefined> {
  const known = indexes.get(place) ?? readIndex(place);
  indexes.set(place, known);
  return known;
}

async function readIndex(place: Place): Promise<PackageIndex | undefined> {
  const { debian, installation } = place;
  const architecture = debianArchitecture(ownPlatform());
  const suite = debian.suite ?? suiteOfMajor.get(installation.major);
  if (architecture === undefined || suite === undefined) return undefined;
  place.onStep?.(`looking into Debian's ${suite}`);
  return new PackageIndex(await packagesOf(suite, architecture, place, { ...debian, request: place.request }));
}

/**
 * The package, those that hold only its scripts, and, for a server from Debian, the libraries that it needs. Any other server
 * takes libraries from the machine it runs on.
 */
function artifactsOf(found: DebianPackage, index: PackageIndex, place: Place): readonly LockedArtifact[] {
  const own = `postgresql-${place.installation.major}-`;
  const scripts = parseDependencies(found.depends)
    .flat()
    .filter(({ name }) => name.startsWith(own) && name.endsWith("-scripts"))
    .flatMap((dependency) => index.candidate(dependency) ?? []);
  const packages = [found, ...scripts, ...librariesOf(found, index, place)];
  return packages.map(({ name, version, url, integrity, bytes }) => {
    return { platform: place.platform, package: `${name} ${version}`, url, integrity, bytes };
  });
}

function librariesOf(found: DebianPackage, index: PackageIndex, place: Place): readonly DebianPackage[] {
  if (place.installation.provider !== "deb") return [];
  const isThere = (name: string): boolean =>
    name.startsWith("postgresql-") ||
    place.serverPackages.has(name) ||
    isLeftOut(name) ||
    !/^(?:lib|zlib|proj)/.test(name);
  try {
    return dependencyClosure(parseDependencies(found.depends), index, isThere).filter(({ name }) => !isThere(name));
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause;
    throw new AppError("WD701", `${found.name} can't be had with all that it needs`, {
      detail: [cause.message, cause.detail].filter(Boolean).join("\n"),
      hint: cause.hint,
      cause,
    });
  }
}

/** Debian packages whose libraries an extension needs, for an error that names them: "libcurl4t64 (libcurl.so.4)". */
export async function packagesWith(
  libraries: readonly string[],
  item: string,
  place: Place,
): Promise<readonly string[]> {
  const index = await indexOf(place).catch(() => undefined);
  const found = index?.named(item)[0];
  const names = parseDependencies(found?.depends)
    .flat()
    .map(({ name }) => name);
  return libraries.map((library) => {
    const stem = library
      .replace(/\.so.*$/, "")
      .replaceAll(/[^a-z]/gi, "")
      .toLowerCase();
    const by = names.find((name) =>
      name
        .replaceAll(/[^a-z]/gi, "")
        .replace(/t$/, "")
        .toLowerCase()
        .startsWith(stem),
    );
    return by === undefined ? library : `${library} (package ${by})`;
  });
}

/** The newest package of a name in the suite of the server's major. */
export async function debianPackage(name: string, place: Place): Promise<DebianPackage | undefined> {
  return (await indexOf(place))?.named(name)[0];
}
