import { chmod, stat } from "node:fs/promises";
import { toAppError } from "../../errors/index.ts";
import { followLink, type Home } from "../home.ts";
import { serverUser } from "../server-user.ts";
import { dataMajor } from "../supervisor/data-directory.ts";
import { giveTree } from "../supervisor/give-tree.ts";
import type { ClusterFinding, FindingOptions } from "./finding.ts";

/** Version, owner and modes of the data directory, and of the other private files. */
export async function* dataDirectoryFindings(home: Home, options: FindingOptions): AsyncIterable<ClusterFinding> {
  const data = await followLink(home.data);
  const found = data === undefined ? undefined : await stat(data).catch(() => undefined);
  if (data === undefined || found === undefined) {
    yield { kind: "ok", name: "data directory", message: "none yet: the first start makes it" };
    return;
  }
  yield await versionFinding(data, options);
  if (process.platform === "win32") return;
  yield await ownerFinding(home, data, found.uid);
  yield modeFinding("data directory mode", data, found.mode, 0o027, 0o700);
  for (const [name, path, mode] of privatePlaces(home)) {
    const place = await stat(path).catch(() => undefined);
    if (place !== undefined) yield modeFinding(name, path, place.mode, 0o077, mode);
  }
}

function privatePlaces(home: Home): readonly (readonly [name: string, path: string, mode: number])[] {
  return [
    ["socket folder mode", home.run, 0o700],
    ["password file mode", home.password, 0o600],
  ];
}

async function versionFinding(data: string, { major }: FindingOptions): Promise<ClusterFinding> {
  const name = "data directory version";
  try {
    const found = await dataMajor(data);
    if (found === undefined) return { kind: "ok", name, message: "an empty folder: the first start fills it" };
    if (major === undefined || found === major) return { kind: "ok", name, message: `PostgreSQL ${found}` };
    return {
      kind: "problem",
      name,
      message: `the data directory is PostgreSQL ${found}'s, howdah.toml asks for ${major}: nothing starts`,
      hint: `set postgres = "${found}" again, or dump with ${found}, howdah reset --empty, restore with ${major} (howdah explain WD371)`,
    };
  } catch (error) {
    const { message, detail, hint } = toAppError(error);
    return { kind: "problem", name, message: `${message}: ${detail ?? ""}`, hint };
  }
}

async function ownerFinding(home: Home, data: string, uid: number): Promise<ClusterFinding> {
  const name = "data directory owner";
  const user = await serverUser(home);
  const wanted = user?.uid ?? process.getuid?.();
  if (uid === wanted) return { kind: "ok", name, message: `uid ${uid}` };
  const fix = user === undefined ? undefined : () => giveTree(data, user);
  return {
    kind: "problem",
    name,
    message: `${data} belongs to uid ${uid}, the server runs as uid ${wanted}`,
    hint: fix === undefined ? `as root: chown -R ${wanted} ${data}` : undefined,
    fix,
  };
}

function modeFinding(name: string, path: string, mode: number, forbidden: number, wanted: number): ClusterFinding {
  const message = `${path} has mode ${octal(mode)}`;
  if ((mode & forbidden) === 0) return { kind: "ok", name, message };
  return {
    kind: "problem",
    name,
    message: `${message}: open to other users`,
    hint: `chmod ${octal(wanted)} ${path}`,
    fix: () => chmod(path, wanted),
  };
}

function octal(mode: number): string {
  return (mode & 0o777).toString(8).padStart(4, "0");
}
