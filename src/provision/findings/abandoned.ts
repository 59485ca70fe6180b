import { lstat, readdir, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { followLink, homeAt } from "../home.ts";
import { isPostmasterOf, readPostmasterPid } from "../postmaster-pid.ts";
import { outsidePlaces } from "../supervisor/folders.ts";
import type { ClusterFinding } from "./finding.ts";

/** A folder of data outside of any project, and the project that it was made for. */
interface Abandoned {
  readonly folder: string;
  readonly project: string;
}

const mostShown = 5;

/** Folders that may be such ones: by default all that the supervisor makes outside of projects. */
export type FindPlaces = () => Promise<readonly string[]>;

/**
 * Data directories that stand outside of their project (as root, see supervisor/folders.ts) and that deleting the
 * project left behind. Only folders of this user are looked at, and none that a server runs on or that `home` (the
 * `.howdah` of this project, which may have been moved) uses.
 */
export async function* abandonedFindings(
  home: string,
  places: FindPlaces = outsideFolders,
): AsyncIterable<ClusterFinding> {
  if (process.platform === "win32") return;
  const found = await findAbandoned(home, places);
  const name = "abandoned data";
  if (found.length === 0) return yield { kind: "ok", name, message: "none of deleted projects" };
  const shown = found.slice(0, mostShown).map(({ folder, project }) => `${folder} (of ${project})`);
  const more = found.length > shown.length ? [`${found.length - shown.length} more`] : [];
  yield {
    kind: "warning",
    name,
    message: `data of projects whose folder is gone: ${[...shown, ...more].join(", ")}`,
    // No repair: a project may have been moved, or its disk not be mounted, and its data is then all that is left of it.
    hint: "remove what is not wanted by hand; a project that was moved claims its own at its next start",
  };
}

async function findAbandoned(home: string, places: FindPlaces): Promise<readonly Abandoned[]> {
  const own = await followLink(homeAt(home).data);
  const found = await Promise.all((await places()).map(abandoned));
  return found.filter((each) => each !== undefined).filter(({ folder }) => join(folder, "data") !== own);
}

async function abandoned(folder: string): Promise<Abandoned | undefined> {
  const own = await lstat(folder).catch(() => undefined);
  // In /tmp anybody may make a folder of that name.
  if (own?.isDirectory() !== true || own.uid !== process.getuid?.()) return undefined;
  const home = (await readFile(join(folder, "project"), "utf8").catch(() => "")).trim();
  if (home === "" || (await isThere(dirname(home)))) return undefined;
  const data = join(folder, "data");
  const server = await readPostmasterPid(data);
  if (server !== undefined && (await isPostmasterOf(server.pid, data))) return undefined;
  return { folder, project: dirname(home) };
}

/** What can't be looked into is there. */
async function isThere(project: string): Promise<boolean> {
  try {
    await stat(project);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ENOENT";
  }
}

async function outsideFolders(): Promise<readonly string[]> {
  const found = outsidePlaces.map(async ({ folder, prefix }) => {
    const names = await readdir(folder).catch(() => []);
    return names.filter((name) => name.startsWith(prefix)).map((name) => join(folder, name));
  });
  return (await Promise.all(found)).flat();
}
