import { existsSync } from "node:fs";
import { hasPasswdEntry, type ServerUser } from "../server-user.ts";
import { execute, type ExecuteOptions, type Execution } from "./execute.ts";

/**
 * Runs initdb or a single-user backend, which insist on a user with a name.
 *
 * Containers run under user ids that have none in /etc/passwd: a user namespace lends them that of "nobody" where the
 * kernel permits it. The server itself does not ask.
 */
export async function executeNamed(
  program: string,
  args: readonly string[],
  options: ExecuteOptions,
): Promise<Execution> {
  const [first = program, ...prefix] = await lendName(options.user);
  return execute(first, first === program ? args : [...prefix, program, ...args], options);
}

/** Said in the hint of what failed for want of a name. */
export function nameHint(output: string): string | undefined {
  if (!output.includes("could not look up effective user ID")) return undefined;
  return "add a line for this user id to /etc/passwd: Postgres insists on a user with a name";
}

async function lendName(user: ServerUser | undefined): Promise<readonly string[]> {
  const uid = user?.uid ?? process.getuid?.();
  if (uid === undefined || process.platform !== "linux" || (await hasPasswdEntry(uid))) return [];
  const unshare = ["/usr/bin/unshare", "/bin/unshare"].find((path) => existsSync(path));
  return unshare === undefined ? [] : [unshare, "--user", "--map-user=65534", "--map-group=65534"];
}
