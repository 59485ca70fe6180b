import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { AppError } from "../../../errors/index.ts";
import { formatPackageVersion, packTar, type NpmPublication, type NpmRegistry } from "../../../resolve/index.ts";
import type { Package } from "../folder/package-folder.ts";

export interface PublishOptions {
  /** Its name on npm; default: the package's own. */
  readonly as?: string | undefined;
  readonly tag?: string | undefined;
  readonly access?: NpmPublication["access"];
  readonly signal?: AbortSignal | undefined;
}

/** What is published, down to the last file. */
export interface PublicationPlan extends NpmPublication {
  readonly files: readonly string[];
}

/**
 * Packs a package for npm: its manifest, its scripts, README, LICENSE and CHANGELOG, and a package.json that says what npm has
 * to know. Throws WD665 for one that needs another by its path: nobody else has that folder.
 */
export async function packPackage(source: Package, options: PublishOptions): Promise<PublicationPlan> {
  refusePaths(source);
  const { manifest, folder } = source;
  const name = options.as ?? manifest.name;
  const version = formatPackageVersion(manifest.version);
  const files = [
    ...new Set([manifest.file, ...source.scripts.map(({ file }) => file), ...(await documents(folder))]),
  ].toSorted();
  const npm = npmManifest(source, name, version);
  const staging = await mkdtemp(join(tmpdir(), "howdah-publish-"));
  try {
    for (const file of files) {
      await mkdir(dirname(join(staging, file)), { recursive: true });
      await cp(join(folder, file), join(staging, file));
    }
    await writeFile(join(staging, "package.json"), `${JSON.stringify(npm, null, 2)}\n`);
    const tarball = await packTar(staging, [...files, "package.json"]);
    const { tag = "latest", access } = options;
    return { name, version, manifest: npm, tarball, tag, access, files: [...files, "package.json"].toSorted() };
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** Packs and publishes. Throws WD668, and what packing and the network do. */
export async function publishPackage(
  source: Package,
  registry: NpmRegistry,
  options: PublishOptions,
): Promise<PublicationPlan & { readonly registry: string }> {
  const plan = await packPackage(source, options);
  return { ...plan, ...(await registry.publish(plan, options.signal)) };
}

function npmManifest({ manifest }: Package, name: string, version: string): Readonly<Record<string, unknown>> {
  const { description, license } = manifest;
  return {
    ...{ name, version },
    ...(description === undefined ? {} : { description }),
    ...(license === undefined ? {} : { license }),
    keywords: ["howdah-package", "postgresql", "sql"],
  };
}

async function documents(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /^(?:readme|licen[cs]e|changelog)(?:\.|$)/i.test(entry.name))
    .map((entry) => entry.name);
}

function refusePaths({ manifest }: Package): void {
  for (const [name, { origin, position }] of manifest.dependencies) {
    if (origin?.kind !== "path") continue;
    throw new AppError("WD665", `"${name}" is needed by its path, which only this machine has`, {
      hint: `publish it too, and name where: ${name} = { version = "…", npm = "…" }`,
      position,
      source: manifest.source,
    });
  }
}
