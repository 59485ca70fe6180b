import { readLock, type Config } from "../../project/index.ts";
import { ownGlibc, ownPlatform, platformName } from "../../provision/index.ts";
import { join } from "node:path";
import { readControls } from "./control.ts";
import { serverFiles } from "./server-files.ts";
import type { Place } from "./sources/source.ts";

export type PlaceOptions = Pick<Place, "installation" | "root" | "cache" | "signal" | "onProgress" | "onStep">;

/** PGXN's API; HOWDAH_PGXN names another one. */
const pgxn = "https://api.pgxn.org";

/** The server of a project as sources of extensions see it; `root` is the project's folder. */
export async function placeFor(config: Config, options: PlaceOptions): Promise<Place> {
  const { installation, root } = options;
  const files = await serverFiles(installation);
  const lock = await readLock(root);
  const artifacts = installation.provider === "deb" ? (lock?.postgres?.artifacts ?? []) : [];
  return {
    ...options,
    files,
    contrib: await readControls(join(files.share, "extension")),
    platform: extensionPlatform(installation.provider, installation.major),
    glibc: installation.provider === "deb" ? undefined : ownGlibc(),
    debian: config.postgres.deb ?? {},
    serverPackages: new Set(artifacts.map(({ url }) => packageName(url))),
    pgxn: process.env["HOWDAH_PGXN"] || pgxn,
  };
}

/** What artifacts in howdah.lock are for: "pg18-linux-x64", "pg18-linux-x64-deb" for a server from Debian. */
export function extensionPlatform(provider: string, major: number): string {
  return `pg${major}-${platformName(ownPlatform())}${provider === "deb" ? "-deb" : ""}`;
}

/** "…/libcurl4t64_8.5.0-2_amd64.deb" → "libcurl4t64". */
function packageName(url: string): string {
  return decodeURIComponent(url.slice(url.lastIndexOf("/") + 1)).split("_", 1)[0] ?? "";
}
