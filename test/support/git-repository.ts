import { execFileSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { pathToFileURL } from "node:url";
import { testFolder } from "./capability.ts";

/** A git repository on this machine, as others reach it by its URL. */
export interface TestRepository {
  readonly url: string;
  /** Writes files and commits them; the commit. */
  commit(files: Readonly<Record<string, string>>, tag?: string): Promise<string>;
}

/** An empty repository that ends with the test. */
export async function testRepository(t: TestContext): Promise<TestRepository> {
  const folder = await testFolder(t, {});
  const git = (...args: readonly string[]): string => {
    const env = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" };
    const who = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org"];
    return execFileSync("git", [...who, ...args], { cwd: folder, env, encoding: "utf8" }).trim();
  };
  git("init", "--quiet", "--initial-branch", "main");
  // A server of git gives out any commit that it has where it is told so.
  git("config", "uploadpack.allowAnySHA1InWant", "true");
  return {
    url: pathToFileURL(folder).href,
    commit: async (files, tag) => {
      for (const [path, text] of Object.entries(files)) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), text);
      }
      git("add", "--all");
      git("commit", "--quiet", "--message", "Change it");
      if (tag !== undefined) git("tag", "--annotate", "--message", tag, tag);
      return git("rev-parse", "HEAD");
    },
  };
}
