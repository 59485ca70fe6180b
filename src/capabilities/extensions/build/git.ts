import { rm } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../../../errors/index.ts";
import { ensureContent } from "../../../resolve/index.ts";
import type { Place } from "../sources/source.ts";
import { runTool } from "./run-tool.ts";

/** True for what git is to fetch: https, ssh, git and file URLs, and user@host:path. */
export function isGitUrl(from: string): boolean {
  return /^(?:https?|ssh|git|file):\/\//.test(from) || /^[\w.-]+@[\w.-]+:/.test(from);
}

/** Never asks for a password: what is private is fetched with the credentials that git has. */
const env = { GIT_TERMINAL_PROMPT: "0" };

/** The commit that a branch, tag or commit stands for now. Throws WD351 where the repository can't be reached. */
export async function gitCommit(url: string, ref: string): Promise<string> {
  if (/^[0-9a-f]{40}$/.test(ref)) return ref;
  const { code, output } = await runTool("git", ["ls-remote", "--", url, ref, `${ref}^{}`], { env });
  if (code !== 0) throw unreachable(url, output);
  const lines = output.split("\n").map((line) => line.split("\t"));
  // A tag of its own kind leads to its commit.
  const commit = (lines.find(([, name]) => name?.endsWith("^{}")) ?? lines[0])?.[0];
  if (commit !== undefined && /^[0-9a-f]{40}$/.test(commit)) return commit;
  throw new AppError("WD700", `the repository has no "${ref}"`, {
    detail: url,
    hint: "a branch, a tag or a commit stands behind the #",
  });
}

/** The files of a commit, in the cache. */
export async function fetchGit(url: string, commit: string, { cache, signal }: Place): Promise<string> {
  const content = { cache, kind: "extension-source", key: `git-${commit}`, signal };
  return await ensureContent(content, async (staging) => {
    const steps = [
      ["init", "--quiet", "."],
      ["fetch", "--quiet", "--depth", "1", "--", url, commit],
      ["checkout", "--quiet", "FETCH_HEAD"],
      ["submodule", "--quiet", "update", "--init", "--depth", "1"],
    ];
    for (const args of steps) {
      const { code, output } = await runTool("git", args, { cwd: staging, env });
      if (code !== 0) throw unreachable(url, output);
    }
    await rm(join(staging, ".git"), { recursive: true, force: true });
  });
}

function unreachable(url: string, output: string): AppError {
  return new AppError("WD351", `the repository ${url} can't be fetched`, {
    detail: output.trim().split("\n").slice(-5).join("\n"),
    hint: "is git installed, and can this machine reach it?",
  });
}
