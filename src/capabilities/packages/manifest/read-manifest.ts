import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../../../errors/index.ts";
import { readSettings, type RawSettings } from "../../../project/index.ts";
import { parsePackageVersion, parseRequirement, type Requirement } from "../../../resolve/index.ts";
import { checkConfigJson } from "./config-json.ts";
import { checkHowdahToml } from "./howdah-toml.ts";
import type { Dependency, Manifest } from "./manifest.ts";

/**
 * The manifest of a package's folder: [package] of its howdah.toml, else the original pgpm's config.json.
 *
 * Throws WD640 where there is neither; WD101 to WD103, WD391 with the place in the file.
 */
export async function readManifest(folder: string, shownIn = ""): Promise<Manifest> {
  for (const file of ["howdah.toml", "config.json"]) {
    const text = await readIfThere(join(folder, file));
    const raw = text === undefined ? undefined : readSettings(text, shownIn + file);
    if (raw === undefined || (file === "howdah.toml" && raw.value["package"] === undefined)) continue;
    return toManifest(raw, file);
  }
  throw new AppError("WD640", `the folder "${folder}" is not a SQL package`, {
    detail: "it has neither a howdah.toml with [package] nor a config.json",
  });
}

/** True where a folder has a manifest, whatever it says. */
export async function isPackageFolder(folder: string): Promise<boolean> {
  if ((await readIfThere(join(folder, "config.json"))) !== undefined) return true;
  return /^\s*\[\s*package\s*\]/m.test((await readIfThere(join(folder, "howdah.toml"))) ?? "");
}

async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR" || error.code === "EISDIR") return undefined;
    throw new AppError("WD106", `the file can't be read: "${path}"`, { detail: String(error), cause: error });
  });
}

function toManifest(raw: RawSettings, file: string): Manifest {
  const checked = file === "config.json" ? checkConfigJson(raw) : checkHowdahToml(raw);
  return {
    ...checked,
    version: parsePackageVersion(checked.version),
    versionText: checked.version.trim(),
    dependencies: new Map(
      [...checked.dependencies].map(([name, { range, origin }]) => [name, dependency(raw, name, range, origin)]),
    ),
    file,
    source: raw.source,
    position: (path) => raw.position(path),
  };
}

function dependency(raw: RawSettings, name: string, range: string, origin: Dependency["origin"]): Dependency {
  const position = raw.position(["dependencies", name]);
  return { requirement: located(raw, name, range), origin, position };
}

function located(raw: RawSettings, name: string, range: string): Requirement {
  try {
    return parseRequirement(range);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new AppError(error.code, error.message, {
      hint: error.hint,
      position: raw.position(["dependencies", name]),
      source: raw.source,
    });
  }
}
