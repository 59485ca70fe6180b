import { execFile, type ExecFileException } from "node:child_process";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../errors/index.ts";
import { ensureContent } from "./store.ts";

/** True for what git is to fetch: https, ssh, git and file URLs, and user@host:path. */
export function isGitUrl(from: string): boolean {
  return /^(?:https?|ssh|git|file):\/\//.test(from) || /^[\w.-]+@[\w.-]+:/.test(from);
}

/** A tag of a repository, and the commit that it leads to. */
export interface GitTag {
  readonly name: string;
  readonly commit: string;
}

/** All tags of a repository. Throws WD351 where it can't be reached. */
export async function gitTags(url: string, signal?: AbortSignal): Promise<readonly GitTag[]> {
  const found = new Map<string, string>();
  for (const { commit, name } of await listRefs(url, { options: ["--tags"] }, signal)) {
    // A tag that is an object of its own stands twice; the second line leads to the commit.
    found.set(name.replace(/^refs\/tags\//, "").replace(/\^\{\}$/, ""), commit);
  }
  return [...found].map(([name, commit]) => ({ name, commit }));
}

/** The commit that a branch, a tag or a commit stands for now. Throws WD351, and WD394 where there is no such thing. */
export async function gitCommit(url: string, ref: string, signal?: AbortSignal): Promise<string> {
  if (isCommit(ref)) return ref;
  // What begins so is an option to git, not a name.
  const refs = ref.startsWith("-") ? [] : await listRefs(url, { patterns: [ref, `${ref}^{}`] }, signal);
  const commits = new Map(refs.map(({ name, commit }) => [name, commit]));
  const found = namesOf(ref).find((name) => commits.has(name));
  const commit = commits.get(found ?? "");
  if (commit !== undefined) return commit;
  throw new AppError("WD394", `the repository has no "${ref}"`, {
    detail: url,
    hint: "name a branch, a tag, or a commit with all of its 40 digits",
  });
}

export interface GitContent {
  /** Absolute root of the cache. */
  readonly cache: string;
  readonly signal?: AbortSignal | undefined;
}

/** The absolute folder with the files of a commit, in the cache: fetched once, never changed. Throws WD351. */
export async function fetchCommit(url: string, commit: string, { cache, signal }: GitContent): Promise<string> {
  return await ensureContent({ cache, kind: "git", key: commit, signal }, async (staging) => {
    const steps = [
      ["init", "--quiet", "."],
      ["fetch", "--quiet", "--depth", "1", "--", url, commit],
      ["checkout", "--quiet", "FETCH_HEAD"],
      ["submodule", "--quiet", "update", "--init", "--depth", "1"],
    ];
    for (const args of steps) await git(url, args, { cwd: staging, signal });
    await rm(join(staging, ".git"), { recursive: true, force: true });
  });
}

function isCommit(ref: string): boolean {
  return /^[0-9a-f]{40}$/.test(ref);
}

/**
 * What a name may mean, in git's own order (manual, "gitrevisions"). A server also shows what only ends so, as feature/main
 * for main. A tag that is an object of its own stands twice; "^{}" leads to the commit.
 */
function namesOf(ref: string): readonly string[] {
  const places = ["", "refs/", "refs/tags/", "refs/heads/"].map((place) => place + ref);
  return places.flatMap((name) => [`${name}^{}`, name]);
}

interface Listed {
  readonly options?: readonly string[];
  readonly patterns?: readonly string[];
}

async function listRefs(url: string, { options = [], patterns = [] }: Listed, signal: AbortSignal | undefined) {
  const output = await git(url, ["ls-remote", ...options, "--", url, ...patterns], { signal });
  return output.split("\n").flatMap((line) => {
    const [commit = "", name = ""] = line.split("\t");
    return isCommit(commit) ? [{ commit, name }] : [];
  });
}

interface Running {
  readonly cwd?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Never asks for a password: what is private is fetched with the credentials that git has. */
const quiet = { GIT_TERMINAL_PROMPT: "0", GIT_SSH_COMMAND: "ssh -oBatchMode=yes" };

/** In a hook git says by these which repository it is about: not the one that is fetched. */
const ofRepository = ["DIR", "WORK_TREE", "INDEX_FILE", "COMMON_DIR", "OBJECT_DIRECTORY", "NAMESPACE", "PREFIX"];

function environment(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...quiet, ...process.env };
  for (const name of [...ofRepository, "ALTERNATE_OBJECT_DIRECTORIES", "SHALLOW_FILE"]) delete env[`GIT_${name}`];
  return env;
}

function git(url: string, args: readonly string[], { cwd, signal }: Running): Promise<string> {
  const env = environment();
  // The files of a commit have one hash everywhere.
  const same = ["-c", "core.autocrlf=false"];
  return new Promise((resolve, reject) => {
    execFile("git", [...same, ...args], { cwd, env, signal, maxBuffer: 64 * 2 ** 20 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(unreachable(url, error, stderr));
    });
  });
}

function unreachable(url: string, cause: ExecFileException, output: string): AppError {
  if (cause.name === "AbortError") return new AppError("WD358", "interrupted", { detail: `git fetch ${url}`, cause });
  const missing = cause.code === "ENOENT";
  return new AppError("WD351", `the repository can't be fetched: ${url}`, {
    detail: missing ? "there is no git on this machine" : output.trim().split("\n").slice(-5).join("\n"),
    hint: missing ? "install git" : "does git ls-remote reach it from here?",
    cause,
  });
}
