import { execFile } from "node:child_process";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { unpackArtifacts } from "../../src/provision/providers/deb-artifacts.ts";
import { packagesOf } from "../../src/provision/providers/deb-packages.ts";
import { debianArchitecture, type DebianArchitecture } from "../../src/provision/providers/deb-suites.ts";
import { ownGlibc, ownPlatform } from "../../src/provision/providers/platform.ts";
import {
  cacheRoot,
  compareDebianVersions,
  contentFolder,
  dependencyClosure,
  discard,
  ensureContent,
  listContent,
  PackageIndex,
  parseDependencies,
  type DebianPackage,
} from "../../src/resolve/index.ts";
import { fontsConfig, wrapperScript } from "./chromium-wrapper.ts";

const kind = "chromium";
const program = "chromium";

/** The suites that carry a Chromium, newest first, and the C library that their programs were built for. */
const suites = [
  { suite: "trixie", glibc: "2.41" },
  { suite: "bookworm", glibc: "2.36" },
] as const;

/**
 * The newest suite whose programs run on a C library of this version; undefined where that is older than all of them.
 *
 * Postgres from another suite brings its own C library and loader. Chromium can't: it starts its processes through
 * /proc/self/exe, which would be that loader.
 */
export function suiteForGlibc(glibc: string): string | undefined {
  return suites.find((each) => compareDebianVersions(each.glibc, glibc) <= 0)?.suite;
}

/** Packages that Chromium depends on for a desktop, for installing, or because the host's own take their part. */
function isLeftOut(name: string): boolean {
  return leftOut.has(name);
}

const leftOut = new Set([
  "libc6",
  "x11-utils",
  "xdg-utils",
  "xkb-data",
  "fontconfig-config",
  "mesa-libgallium", // drivers of graphics cards: with LLVM 200 MB, opened only where there is a card
  "alsa-topology-conf",
  "alsa-ucm-conf",
  "libasound2-data",
  "libx11-data",
  "shared-mime-info",
  "debconf",
  "dpkg",
]);

/** Files of the packages that are kept: Chromium, libraries, fonts, and the licences. */
function isKept(path: string): boolean {
  if (/^usr\/share\/doc\/[^/]+\/copyright$/.test(path)) return true;
  if (path.includes("libVkLayer")) return false; // 23 MB that check Vulkan programs
  return /^(usr\/)?lib\//.test(path) || path.startsWith("usr/share/fonts/");
}

/** The unpacked Chromium that this machine has already; its absolute path. */
export async function unpackedChromium(cache = cacheRoot()): Promise<string | undefined> {
  const place = placeHere();
  if (place === undefined) return undefined;
  const keys = await listContent(cache, kind);
  const newest = keys
    .filter((key) => key.startsWith(keyOf(place, "")))
    .toSorted(compareDebianVersions)
    .at(-1);
  return newest && join(contentFolder({ cache, kind, key: newest }), program);
}

/**
 * Debian's headless Chromium, unpacked into the cache with the libraries and fonts that it needs; its absolute path.
 *
 * Undefined where Debian has none for this machine. It is not renewed: remove the cache's folder `chromium` for that.
 */
export async function unpackChromium(signal?: AbortSignal, cache = cacheRoot()): Promise<string | undefined> {
  const there = await unpackedChromium(cache);
  const place = placeHere();
  if (there !== undefined || place === undefined) return there;
  const index = new PackageIndex(await packagesOf(place.suite, place.architecture, { cache, signal }, {}));
  const packages = dependencyClosure(parseDependencies("chromium-headless-shell, fonts-liberation"), index, isLeftOut);
  const version = packages.find(({ name }) => name === "chromium-headless-shell")?.version ?? "";
  const content = { cache, kind, key: keyOf(place, version), signal };
  const folder = await ensureContent(content, (staging) => build(packages, staging, place, cache, signal));
  return join(folder, program);
}

interface Place {
  readonly suite: string;
  readonly architecture: DebianArchitecture;
}

function placeHere(): Place | undefined {
  const architecture = debianArchitecture(ownPlatform());
  const suite = suiteForGlibc(ownGlibc() ?? "0");
  return architecture && suite ? { architecture, suite } : undefined;
}

function keyOf({ suite, architecture }: Place, version: string): string {
  return `${suite}-${architecture.name}-${version}`;
}

async function build(
  packages: readonly DebianPackage[],
  root: string,
  { architecture }: Place,
  cache: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const megabytes = Math.round(packages.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6);
  process.stderr.write(`howdah: fetching Chromium for the browser tests (once, ${megabytes} MB) …\n`);
  await unpackArtifacts(packages, root, { what: "Chromium", cache, scratch: root, wanted: isKept, signal });
  await writeFile(join(root, "fonts.conf"), fontsConfig);
  await writeFile(join(root, program), wrapperScript(architecture.triplet));
  await chmod(join(root, program), 0o755);
  await assertDraws(join(root, program), signal);
  await discard(cache, packages);
}

/** Throws what it said when it can't run here: a library that is missing shows at the first start only. */
async function assertDraws(path: string, signal: AbortSignal | undefined): Promise<void> {
  const args = ["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", "data:text/html,<p>drawn</p>"];
  const { stdout, stderr } = await promisify(execFile)(path, args, { timeout: 60_000, signal });
  if (!stdout.includes("<p>drawn</p>")) throw new Error(`${path} draws nothing: ${stderr}`);
}
