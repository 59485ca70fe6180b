import { readdir, readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { AppError, redact } from "../../../errors/index.ts";
import { fetchCommit, gitCommit, isGitUrl } from "../../../resolve/index.ts";
import { buildExtension } from "../build/build-extension.ts";
import { hashTree } from "../build/hash-tree.ts";
import { readControls } from "../control.ts";
import { readExtensionVersion } from "../version.ts";
import type { Offer, Place, Source } from "./source.ts";

/** A folder, or a commit of a git repository, built here by make against the server's headers. */
export const build: Source = {
  name: "build",
  async offers(name, place, request) {
    if (request?.from === undefined) return [];
    return [await (isGitUrl(request.from) ? ofGit(name, request.from, place) : ofFolder(name, request.from, place))];
  },
  names: async () => [],
  async install({ name, text, source, artifacts }, place) {
    const [artifact] = artifacts;
    const git = readGit(source);
    const from =
      git === undefined
        ? folderOf(source.slice("build:path:".length), place)
        : await fetchCommit(git.url, git.commit, place);
    const integrity = await hashTree(from);
    if (artifact !== undefined && artifact.integrity !== integrity) {
      throw new AppError("WD353", `the source of ${name} is not what howdah.lock says`, {
        detail: `${source}\nexpected ${artifact.integrity}\nis       ${integrity}`,
        hint: `howdah update ${name} takes it as it is now`,
      });
    }
    return await buildExtension({ name, text, integrity, from }, place);
  },
};

/** What howdah.lock says of a repository: "build:git+https://…#commit", with "@branch" behind it where one was asked for. */
function readGit(source: string) {
  const [, url, commit, ref] = /^build:git\+(.*)#([0-9a-f]{40})(?:@(.*))?$/.exec(source) ?? [];
  return url === undefined || commit === undefined ? undefined : { url, commit, ref };
}

/** True where what was locked is what `from` of howdah.toml asks for: the same repository, and the same of its revisions. */
export function isBuiltFrom(source: string, from: string): boolean {
  const git = readGit(source);
  if (git === undefined) return source === `build:path:${from}`;
  const [url, ref] = from.split("#", 2);
  return git.url === url && (ref === git.commit || ref === git.ref);
}

async function ofFolder(name: string, from: string, place: Place): Promise<Offer> {
  const folder = folderOf(from, place);
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() !== true) {
    throw new AppError("WD700", `the folder of the extension ${name} is not there`, {
      detail: folder,
      hint: "from in [extensions] is a folder from the project's on, or a git URL",
    });
  }
  return await offer(name, folder, `build:path:${from}`, `path:${from}`);
}

async function ofGit(name: string, from: string, place: Place): Promise<Offer> {
  place.onStep?.(`asking ${redact(from)}`);
  const [url = "", ref] = from.split("#", 2);
  const commit = await gitCommit(url, ref ?? "HEAD", place.signal);
  const source = `build:git+${url}#${commit}${ref === undefined || ref === commit ? "" : `@${ref}`}`;
  return await offer(name, await fetchCommit(url, commit, place), source, `git+${url}#${commit}`);
}

async function offer(name: string, folder: string, source: string, url: string): Promise<Offer> {
  const control = await controlIn(folder, name);
  const text = control?.defaultVersion || (await metaVersion(folder)) || "0.0.0";
  const integrity = await hashTree(folder);
  const requires = new Map((control?.requires ?? []).map((each) => [each, "*"]));
  return { name, version: readExtensionVersion(text), text, source, requires, artifacts: [{ url, integrity }] };
}

async function controlIn(folder: string, name: string) {
  const places = [
    folder,
    ...(await readdir(folder, { withFileTypes: true }))
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(folder, entry.name)),
  ];
  for (const place of places) {
    const found = (await readControls(place)).find((control) => control.name === name);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function metaVersion(folder: string): Promise<string | undefined> {
  const text = await readFile(join(folder, "META.json"), "utf8").catch(() => "{}");
  try {
    const { version } = JSON.parse(text) as { readonly version?: unknown };
    return typeof version === "string" ? version : undefined;
  } catch {
    return undefined;
  }
}

function folderOf(from: string, { root }: Place): string {
  return resolve(root, from);
}
