import type { DebianSource } from "../../resolve/index.ts";
import type { Platform } from "./platform.ts";

const mirror = "https://deb.debian.org/debian";
const securityMirror = "https://deb.debian.org/debian-security";

/** The suite of Debian that carries a Postgres major; each suite carries one. */
export const suiteOfMajor: ReadonlyMap<number, string> = new Map([
  [15, "bookworm"],
  [17, "trixie"],
  [18, "sid"],
]);

/**
 * Where the packages of a suite come from. A release takes its security fixes from a mirror of their own: weeks before
 * they reach the suite itself, and Postgres's minor releases are among them. sid gets everything at once.
 *
 * A mirror that the user names is the only place that is asked, for that one suite.
 */
export function suiteSources(suite: string, ownMirror: string | undefined): readonly DebianSource[] {
  if (ownMirror !== undefined) return [{ mirror: ownMirror, suite }];
  if (!["bookworm", "trixie"].includes(suite)) return [{ mirror, suite }];
  return [
    { mirror, suite },
    { mirror, suite: `${suite}-updates` },
    { mirror: securityMirror, suite: `${suite}-security` },
  ];
}

/** What unpacked packages of an architecture are run with. */
export interface DebianArchitecture {
  readonly name: "amd64" | "arm64";
  /** Folder of its libraries: lib/<triplet>. */
  readonly triplet: string;
  /** Its dynamic loader. */
  readonly loader: string;
}

/** Undefined where Debian's programs can't run: they need Linux with glibc, on x64 or arm64. */
export function debianArchitecture({ os, arch, libc }: Platform): DebianArchitecture | undefined {
  if (os !== "linux" || libc !== "glibc") return undefined;
  if (arch === "x64") return { name: "amd64", triplet: "x86_64-linux-gnu", loader: "ld-linux-x86-64.so.2" };
  if (arch === "arm64") return { name: "arm64", triplet: "aarch64-linux-gnu", loader: "ld-linux-aarch64.so.1" };
  return undefined;
}

/**
 * Packages that others depend on for Debian's own ways of installing and configuring, which play no part here: it halves
 * the download. Without LLVM, Postgres runs without JIT, as it does wherever the JIT package is not installed.
 */
export function isLeftOut(name: string): boolean {
  return name.startsWith("libllvm") || leftOut.has(name);
}

const leftOut = new Set([
  "postgresql-common",
  "postgresql-client-common",
  "ssl-cert",
  "debconf",
  "adduser",
  "locales",
  "dpkg",
  "readline-common",
  "sensible-utils",
  "perl",
  "tzdata",
  "media-types",
  "netbase",
]);
