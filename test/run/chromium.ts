import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { AppError } from "../../src/errors/index.ts";
import { isCi } from "../support/ci.ts";
import { unpackChromium, unpackedChromium } from "./chromium-deb.ts";

const programs = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const places = [
  "/usr/lib/chromium/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/**
 * The Chromium that this machine has: the one that HOWDAH_CHROMIUM names, else the system's, else the one that was
 * unpacked before. HOWDAH_CHROMIUM_SOURCE=system|deb takes only that one of the last two.
 */
export async function presentChromium(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  if (env["HOWDAH_CHROMIUM"]) return env["HOWDAH_CHROMIUM"];
  const source = sourceOf(env);
  const installed = source === "deb" ? undefined : installedChromium(env);
  if (installed !== undefined || source === "system") return installed;
  return unpackedChromium();
}

/**
 * The Chromium that browser tests drive: one that is present, else unpacked from Debian's packages into the cache,
 * else, in CI as root, installed by apt-get. Undefined otherwise, and those tests are skipped by name.
 */
export async function provideChromium(env: NodeJS.ProcessEnv, signal?: AbortSignal): Promise<string | undefined> {
  const present = await presentChromium(env);
  const source = sourceOf(env);
  if (present !== undefined || source === "system") return present;
  const unpacked = await unpackChromium(signal).catch((thrown: unknown) => {
    if (signal?.aborted !== true) process.stderr.write(`howdah: Debian's Chromium can't be had: ${reason(thrown)}\n`);
    return undefined;
  });
  if (unpacked !== undefined || source === "deb" || signal?.aborted === true) return unpacked;
  return isCi(env) && installWithApt() ? installedChromium(env) : undefined;
}

function sourceOf(env: NodeJS.ProcessEnv): "system" | "deb" | undefined {
  const source = env["HOWDAH_CHROMIUM_SOURCE"] || undefined;
  if (source === undefined || source === "system" || source === "deb") return source;
  throw new Error(`HOWDAH_CHROMIUM_SOURCE is "${source}": it may be system or deb`);
}

function installedChromium(env: NodeJS.ProcessEnv): string | undefined {
  const folders = (env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const candidates = [...folders.flatMap((folder) => programs.map((program) => join(folder, program))), ...places];
  return candidates.find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function reason(thrown: unknown): string {
  const detail = thrown instanceof AppError && thrown.detail ? ` (${thrown.detail})` : "";
  return (thrown instanceof Error ? thrown.message : String(thrown)) + detail;
}

function installWithApt(): boolean {
  if (process.getuid?.() !== 0 || !isExecutable("/usr/bin/apt-get")) return false;
  process.stderr.write("howdah: installing chromium for the browser tests (once) …\n");
  const options = {
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    stdio: ["ignore", 2, 2] as ["ignore", 2, 2],
  };
  spawnSync("apt-get", ["update", "-qq"], options);
  return spawnSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"], options).status === 0;
}
