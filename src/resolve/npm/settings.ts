import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { AppError } from "../../errors/index.ts";
import type { Connecting } from "../http.ts";
import { parseNpmrc } from "./ini.ts";

/** What npm's configuration says about registries. */
export interface NpmSettings {
  /** Where packages of the scope come from, with a trailing slash. */
  registry(scope: string | undefined): string;
  /** The Authorization header for an address, if credentials are configured for it. */
  authorization(url: string): string | undefined;
  readonly connecting: Connecting;
}

/** Where npm's configuration is read from; the process's own by default. */
export interface NpmSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder whose .npmrc, or that of the nearest folder above with a package.json, is the project's. */
  readonly folder: string;
  readonly home: string;
  /** Path of the node program: npm's global configuration stands beside its prefix. */
  readonly execPath: string;
  readonly platform: NodeJS.Platform;
}

/** npm's own default, and the name by which a lockfile means "the registry that is configured". */
export const publicRegistry = "https://registry.npmjs.org/";

/**
 * Reads what npm would use: npm_config_… variables, then the .npmrc of the project, the user and the machine.
 *
 * Source: npm manual, "npmrc" and "config". Throws WD357 when a file that is named there can't be read.
 */
export async function npmSettings(surroundings: NpmSurroundings = ownSurroundings()): Promise<NpmSettings> {
  const layers = [fromEnvironment(surroundings.env)];
  for (const path of await npmrcPaths(surroundings, layers[0] ?? new Map())) {
    layers.push(parseNpmrc(await readIfThere(path), surroundings.env));
  }
  const get = (key: string): string | undefined => layers.find((layer) => layer.has(key))?.get(key);
  return {
    registry: (scope) => withSlash((scope && get(`${scope}:registry`)) || get("registry") || publicRegistry),
    authorization: (url) => authorization(url, get),
    connecting: await connecting(get, surroundings),
  };
}

function ownSurroundings(): NpmSurroundings {
  const { env, execPath, platform } = process;
  return { env, folder: process.cwd(), home: homedir(), execPath, platform };
}

/** npm_config_strict_ssl and NPM_CONFIG_STRICT_SSL both mean strict-ssl; keys of scopes and hosts keep their case. */
function fromEnvironment(env: Readonly<Record<string, string | undefined>>): ReadonlyMap<string, string> {
  const settings = new Map<string, string>();
  for (const [name, value] of Object.entries(env)) {
    if (!/^npm_config_/i.test(name) || !value) continue;
    const key = name.slice("npm_config_".length);
    settings.set(key.startsWith("@") || key.startsWith("//") ? key : key.toLowerCase().replace(/(?!^)_/g, "-"), value);
  }
  return settings;
}

async function npmrcPaths(at: NpmSurroundings, env: ReadonlyMap<string, string>): Promise<readonly string[]> {
  const user = env.get("userconfig") ?? join(at.home, ".npmrc");
  const project = join(await projectFolder(at.folder), ".npmrc");
  return [project, user, ...globalPaths(at, env)];
}

/** npm takes the nearest folder with a package.json or node_modules, else the current one. */
async function projectFolder(start: string): Promise<string> {
  for (let folder = resolve(start); ; folder = dirname(folder)) {
    if ((await readIfThere(join(folder, "package.json"))) !== "") return folder;
    if (folder === dirname(folder)) return start;
  }
}

function globalPaths(at: NpmSurroundings, env: ReadonlyMap<string, string>): readonly string[] {
  const named = env.get("globalconfig");
  if (named !== undefined) return [named];
  const prefix = env.get("prefix") ?? env.get("global-prefix") ?? at.env["PREFIX"];
  if (prefix !== undefined) return [join(prefix, "etc", "npmrc")];
  if (at.platform !== "win32") return [join(dirname(dirname(at.execPath)), "etc", "npmrc")];
  const appData = at.env["APPDATA"];
  return [...(appData ? [join(appData, "npm", "etc", "npmrc")] : []), join(dirname(at.execPath), "etc", "npmrc")];
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch {
    return ""; // not there, or not ours to read: npm goes on without it as well
  }
}

/** Credentials are bound to a host and path ("//host/path/:_authToken"); the longest prefix of the address wins. */
function authorization(url: string, get: (key: string) => string | undefined): string | undefined {
  const { host, pathname } = new URL(url);
  const segments = pathname.split("/").slice(1, -1);
  for (let depth = segments.length; depth >= 0; depth--) {
    const place = `//${[host, ...segments.slice(0, depth)].join("/")}`;
    for (const prefix of [`${place}/:`, `${place}:`]) {
      const header = credentials(prefix, get);
      if (header !== undefined) return header;
    }
  }
  return undefined;
}

function credentials(prefix: string, get: (key: string) => string | undefined): string | undefined {
  const token = get(`${prefix}_authToken`);
  if (token !== undefined) return `Bearer ${token}`;
  const basic = get(`${prefix}_auth`);
  if (basic !== undefined) return `Basic ${basic}`;
  const [username, password] = [get(`${prefix}username`), get(`${prefix}_password`)];
  if (username === undefined || password === undefined) return undefined;
  // npm keeps the password in base64.
  return `Basic ${Buffer.from(`${username}:${Buffer.from(password, "base64").toString()}`).toString("base64")}`;
}

async function connecting(get: (key: string) => string | undefined, { env }: NpmSurroundings): Promise<Connecting> {
  const httpsProxy = get("https-proxy") ?? get("proxy");
  const httpProxy = get("proxy") ?? get("https-proxy");
  return {
    ca: await certificates(get),
    strictSsl: get("strict-ssl") !== "false",
    proxy: {
      ...proxyOf(env),
      ...(httpsProxy && httpsProxy !== "null" && { HTTPS_PROXY: httpsProxy }),
      ...(httpProxy && httpProxy !== "null" && { HTTP_PROXY: httpProxy }),
      ...(get("noproxy") && { NO_PROXY: get("noproxy") }),
    },
  };
}

async function certificates(get: (key: string) => string | undefined): Promise<readonly string[] | undefined> {
  const inline = get("ca");
  if (inline && inline !== "null") return [inline.replaceAll("\\n", "\n")];
  const path = get("cafile");
  if (!path || path === "null") return undefined;
  try {
    return [await readFile(path, "utf8")];
  } catch (cause) {
    throw new AppError("WD357", "npm's cafile can't be read", {
      detail: `${path}: ${cause instanceof Error ? cause.message : String(cause)}`,
      hint: "npm config set cafile <path>, or npm config delete cafile",
      cause,
    });
  }
}

function proxyOf(env: NpmSurroundings["env"]): Record<string, string | undefined> {
  const either = (name: string): string | undefined => env[name.toLowerCase()] ?? env[name];
  return { HTTPS_PROXY: either("HTTPS_PROXY"), HTTP_PROXY: either("HTTP_PROXY"), NO_PROXY: either("NO_PROXY") };
}

function withSlash(url: string): string {
  return url.endsWith("/") ? url : `${url}/`;
}
