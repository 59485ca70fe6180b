import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../../../errors/index.ts";
import { SourceText } from "../../../schema/index.ts";
import { phases, schemaOf, type Manifest, type Phase } from "../manifest/manifest.ts";
import { readManifest } from "../manifest/read-manifest.ts";

/** One file of a package. */
export interface Script {
  readonly phase: Phase;
  /** Relative to the package's folder, forward slashes. */
  readonly file: string;
  readonly source: SourceText;
  /** SHA-256, hexadecimal; line endings don't count, because version control may change them. */
  readonly checksum: string;
}

/** A package as it lies in a folder: read, not parsed. */
export interface Package {
  readonly manifest: Manifest;
  readonly folder: string;
  /** Undefined for a package of scope database. */
  readonly schema: string | undefined;
  /** In the order in which they run, as far as their folders tell. */
  readonly scripts: readonly Script[];
  /** Files in its folders that are no SQL. */
  readonly ignored: readonly string[];
  /** Of what the manifest says that decides on the deployment. */
  readonly manifestChecksum: string;
}

/** A package's folder as a part of something larger. */
export interface Within {
  /** What errors show before its files: "packages/my_api/". */
  readonly shownIn: string;
  /** Whether a file, with that before it, is there: the folder may hold more. */
  has(file: string): boolean;
}

const wholeFolder: Within = { shownIn: "", has: () => true };

/** What the command line says in place of the manifest. */
export interface ManifestOverrides {
  readonly owner?: string | undefined;
  readonly usage?: readonly string[] | undefined;
}

/**
 * Reads a package's folder; see readManifest for what it throws, and WD641 for a schema name that Postgres would cut.
 */
export async function readPackage(
  folder: string,
  overrides: ManifestOverrides = {},
  within: Within = wholeFolder,
): Promise<Package> {
  const read = await readManifest(folder, within.shownIn);
  const manifest = { ...read, owner: overrides.owner ?? read.owner, usage: overrides.usage ?? read.usage };
  const schema = schemaOf(manifest);
  if (schema !== undefined && Buffer.byteLength(schema) > 63) throw tooLong(schema, manifest);
  const { files, ignored } = await listFiles(folder, manifest, within);
  const scripts = await Promise.all(
    files.map(({ phase, file }) => readScript(folder, { file, phase }, within.shownIn)),
  );
  return { manifest, folder, schema, scripts, ignored, manifestChecksum: checksumOf(essentials(manifest)) };
}

function tooLong(schema: string, manifest: Manifest): AppError {
  return new AppError("WD641", `the schema's name is longer than 63 bytes: ${schema}`, {
    detail: `it has ${Buffer.byteLength(schema)}; Postgres would cut it off without an error`,
    position: manifest.position(manifest.file === "config.json" ? ["name"] : ["package", "name"]),
    source: manifest.source,
  });
}

function essentials({ owner, usage, kind, scope, dependencies }: Manifest): string {
  const needs = [...dependencies].map(([name, { requirement }]) => `${name} ${requirement.text}`).toSorted();
  return JSON.stringify({ owner, usage: usage.toSorted(), kind, scope, needs });
}

interface Found {
  readonly phase: Phase;
  readonly file: string;
}

/**
 * The files of all paths with everything below them, 2_x before 10_x. A folder within another belongs to the path that
 * names it more exactly: with functions in "." and types in "types", files of types/ are types only.
 */
async function listFiles(
  folder: string,
  manifest: Manifest,
  within: Within,
): Promise<{ readonly files: readonly Found[]; readonly ignored: readonly string[] }> {
  const paths = phases.flatMap((phase) => manifest.paths[phase].map((path) => ({ phase, path: plain(path) })));
  const files: Found[] = [];
  const ignored: string[] = [];
  for (const { phase, path } of paths) {
    for (const file of await walk(folder, path)) {
      const owner = paths
        .filter((each) => contains(each.path, file))
        .toSorted((a, b) => b.path.length - a.path.length)[0];
      if (owner?.path !== path || owner.phase !== phase || file === manifest.file) continue;
      if (!within.has(within.shownIn + file)) continue;
      if (/\.(?:sql|pgsql|psql|ddl)$/i.test(file)) files.push({ phase, file });
      else ignored.push(file);
    }
  }
  const natural = new Intl.Collator("en", { numeric: true });
  const rank = ({ phase }: Found): number => phases.indexOf(phase);
  const sorted = files.toSorted((a, b) => rank(a) - rank(b) || natural.compare(a.file, b.file));
  return { files: sorted, ignored: ignored.toSorted() };
}

async function walk(folder: string, path: string): Promise<readonly string[]> {
  const entries = await readdir(join(folder, path), { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return [];
    throw new AppError("WD106", `the folder can't be read: "${path}"`, { detail: String(error), cause: error });
  });
  const seen = entries.filter(({ name }) => !name.startsWith(".") && name !== "node_modules");
  const found = await Promise.all(
    seen.map(async (entry) => {
      const inner = path === "" ? entry.name : `${path}/${entry.name}`;
      return entry.isDirectory() ? walk(folder, inner) : entry.isFile() ? [inner] : [];
    }),
  );
  return found.flat();
}

/** "./functions/" → "functions"; "." → "". What leads out of the folder is read as if it did not. */
function plain(path: string): string {
  const parts = path.replaceAll("\\", "/").split("/");
  return parts.filter((part) => part !== "" && part !== "." && part !== "..").join("/");
}

function contains(path: string, file: string): boolean {
  return path === "" || file.startsWith(`${path}/`);
}

async function readScript(folder: string, { file, phase }: Found, shownIn: string): Promise<Script> {
  const bytes = await readFile(join(folder, file));
  const text = decode(bytes);
  if (text === undefined || text.includes("\0")) {
    throw new AppError("WD422", `${file} is not UTF-8 text`, { hint: "save the file as UTF-8" });
  }
  return {
    phase,
    file,
    source: new SourceText(shownIn + file, text),
    checksum: checksumOf(text.replaceAll("\r\n", "\n")),
  };
}

function decode(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    // The decoder's own message adds nothing to WD422.
    return undefined;
  }
}

function checksumOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
