import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { appendFile, chown, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../errors/index.ts";
import { ensureContent } from "../resolve/index.ts";
import type { SupervisorOptions } from "./lease-protocol.ts";
import { hasPasswdEntry, type ServerUser } from "./server-user.ts";
import { execute } from "./supervisor/execute.ts";
import { hostBasedAuthentication } from "./supervisor/server-config.ts";

type Installation = SupervisorOptions["installation"];

/**
 * The folder of a data directory in the cache, fresh from initdb, that new clusters copy: 0.1 s instead of 0.5 s. It has no
 * password, so nobody can connect to a bare copy. (All copies share one system identifier: nothing of howdah relies
 * on it, and archives are kept per project.)
 */
export async function ensureTemplate(
  installation: Installation,
  cache: string,
  user: ServerUser | undefined,
  signal?: AbortSignal,
): Promise<string> {
  const { provider, version, bin } = installation;
  const args = initdbArguments(installation.major);
  const made = [bin, user?.uid ?? process.getuid?.() ?? "", hostBasedAuthentication, ...args].join("\n");
  const key = `${provider}-${version}-${createHash("sha256").update(made).digest("hex").slice(0, 12)}`;
  const folder = await ensureContent({ cache, kind: "template", key, signal, keepModes: true }, async (staging) => {
    const data = join(staging, "data");
    await mkdir(data, { mode: 0o700 });
    if (user !== undefined) await chown(data, user.uid, user.gid);
    await initialize(installation, data, args, user);
    await writeFile(join(data, "pg_hba.conf"), hostBasedAuthentication);
    await appendFile(join(data, "postgresql.conf"), "\ninclude_if_exists 'howdah.conf'\n");
  });
  return join(folder, "data");
}

/** The builtin locale never changes with a system's ICU or glibc, which would corrupt indexes; C does the same below 17. */
export function initdbArguments(major: number): readonly string[] {
  const locale = major >= 17 ? ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] : [];
  // "reject" is replaced by our pg_hba.conf; the user "postgres" is what every tool and manual expects.
  return ["--username=postgres", "--encoding=UTF8", "--locale=C", ...locale, "--auth=reject", "--no-sync", "--no-instructions"];
}

async function initialize(
  installation: Installation,
  data: string,
  args: readonly string[],
  user: ServerUser | undefined,
): Promise<void> {
  const initdb = join(installation.bin, process.platform === "win32" ? "initdb.exe" : "initdb");
  const [program = initdb, ...prefix] = await namedUser(user);
  const rest = program === initdb ? prefix : [...prefix, initdb];
  const { code, output } = await execute(program, [...rest, `--pgdata=${data}`, ...args], { user, env: installation.env });
  if (code === 0) return;
  const unnamed = output.includes("could not look up effective user ID");
  throw new AppError("WD375", "no data directory could be made", {
    detail: `initdb: ${output.trim()}`,
    hint: unnamed ? "add a line for this user id to /etc/passwd: initdb insists on a user with a name" : undefined,
  });
}

/** Containers run under user ids without a name, which initdb refuses: a user namespace lends it that of "nobody". */
async function namedUser(user: ServerUser | undefined): Promise<readonly string[]> {
  const uid = user?.uid ?? process.getuid?.();
  if (uid === undefined || process.platform !== "linux" || (await hasPasswdEntry(uid))) return [];
  const unshare = ["/usr/bin/unshare", "/bin/unshare"].find((path) => existsSync(path));
  return unshare === undefined ? [] : [unshare, "--user", "--map-user=65534", "--map-group=65534"];
}
