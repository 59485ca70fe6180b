import { chown, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { ensureTemplate } from "./template.ts";
import type { ClusterOptions } from "./cluster.ts";
import { homeAt } from "./home.ts";
import { serverUser } from "./server-user.ts";
import { copyTree } from "./supervisor/copy-tree.ts";
import { executeNamed } from "./supervisor/named-user.ts";

/**
 * Runs statements, one a line, in a server that is thrown away: a copy of a fresh data directory and one backend of its own,
 * a fifth of a second. What it said comes back, errors among it; its exit code is 0 even then.
 */
export async function singleUser(
  statements: readonly string[],
  { installation, cache, settings = {}, signal }: Omit<ClusterOptions, "home">,
): Promise<{ readonly code: number; readonly output: string }> {
  const home = await mkdtemp("/tmp/howdah-probe-");
  try {
    const user = await serverUser(homeAt(home));
    if (user !== undefined) await chown(home, user.uid, user.gid);
    const data = join(home, "data");
    await copyTree(await ensureTemplate(installation, cache, user, signal), data, user);
    const options = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    const args = ["--single", "-D", data, "-c", "fsync=off", ...options, "postgres"];
    const input = `${statements.join("\n")}\n`;
    return await executeNamed(join(installation.bin, "postgres"), args, { user, env: installation.env, input });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
