import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { contentFolder, discard, ensureContent, majorOf, withLock, type RequestOptions } from "../../resolve/index.ts";
import type { Installation, ProviderContext, ResolvedPostgres } from "../provider.ts";
import { unpackArtifacts } from "./deb-artifacts.ts";
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
  await unpackArtifacts(resolved.artifacts, root, {
    ...context,
    what: `Postgres ${resolved.version}`,
    scratch: staging,
    wanted: isKept,
    request: options.request,
  });
  const sysroot = await openSysroot(root, majorOf(resolved.version), options.architecture);
  await setProgramsAside(sysroot);
  await assertRuns(loaderCommand(sysroot, "postgres"), resolved.version);
  await writeWrappers(sysroot, join(folder, rootFolder));
  await writeManifest(staging, { resolved, folder, platform: options.platform });
  await discard(context.cache, resolved.artifacts);
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
