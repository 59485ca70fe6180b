import { AppError } from "../../errors/index.ts";

/** The machine that Postgres is to run on. */
export interface Platform {
  readonly os: NodeJS.Platform;
  /** As Node names it: x64, arm64, arm, ia32, ppc64. */
  readonly arch: string;
  /** Of Linux; undefined elsewhere. */
  readonly libc: "glibc" | "musl" | undefined;
}

/** The machine we run on. A Linux whose Node was not built for glibc is taken for musl: Alpine and its kin. */
export function ownPlatform(): Platform {
  return { os: process.platform, arch: process.arch, libc: process.platform === "linux" ? ownLibc() : undefined };
}

/** "linux-x64", "windows-x64", "linux-x64 (musl)". */
export function platformName({ os, arch, libc }: Platform): string {
  return `${os === "win32" ? "windows" : os}-${arch}${libc === "musl" ? " (musl)" : ""}`;
}

/** The WD361 of a provider that has nothing for this platform. */
export function noBuild(provider: string, platform: Platform, what: string): AppError {
  const musl = platform.libc === "musl";
  return new AppError("WD361", `provider "${provider}" has no build for ${platformName(platform)}`, {
    detail: musl ? `${what} need glibc, and this Linux has musl (as Alpine has)` : what,
    hint: musl
      ? 'use an image with glibc (Debian, Ubuntu, …), or install Postgres with apk and set provider = "system"'
      : 'install Postgres and set provider = "system", or name one that runs elsewhere with provider = "url"',
  });
}

function ownLibc(): "glibc" | "musl" {
  return ownGlibc() === undefined ? "musl" : "glibc";
}

/** Version of the glibc that we run on, "2.36"; undefined where there is none. */
export function ownGlibc(): string | undefined {
  // Else it looks up the name of every open connection's peer; the types do not know it yet.
  const report: NodeJS.ProcessReport & { excludeNetwork?: boolean } = process.report;
  report.excludeNetwork = true;
  const { header } = report.getReport() as { readonly header?: { readonly glibcVersionRuntime?: string } };
  return header?.glibcVersionRuntime || undefined;
}
