import { createHash } from "node:crypto";
import { appendFile, chmod, chown, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../errors/index.ts";
import { ensureContent } from "../resolve/index.ts";
import type { SupervisorOptions } from "./lease-protocol.ts";
import type { ServerUser } from "./server-user.ts";
import { executeNamed, nameHint } from "./supervisor/named-user.ts";
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
  // The number counts changes of what is made below.
  const made = ["1", bin, user?.uid ?? process.getuid?.() ?? "", hostBasedAuthentication, ...args].join("\n");
  const key = `${provider}-${version}-${createHash("sha256").update(made).digest("hex").slice(0, 12)}`;
  const folder = await ensureContent({ cache, kind: "template", key, signal, keepModes: true }, async (staging) => {
    await chmod(staging, 0o755); // whatever the umask: the server's user passes it
    const data = join(staging, "data");
    await mkdir(data, { mode: 0o700 });
    if (user !== undefined) await chown(data, user.uid, user.gid);
    await initialize(installation, data, args, user);
    await writeFile(join(data, "pg_hba.conf"), hostBasedAuthentication);
    await appendFile(join(data, "postgresql.conf"), "\ninclude 'howdah.conf'\n");
    await writeFile(join(data, "howdah.conf"), "");
    if (user !== undefined) await chown(join(data, "howdah.conf"), user.uid, user.gid);
  });
  return join(folder, "data");
}

/** The builtin locale never changes with a system's ICU or glibc, which would corrupt indexes; C does the same below 17. */
export function initdbArguments(major: number): readonly string[] {
  const locale = major >= 17 ? ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] : [];
  // "reject" is replaced by our pg_hba.conf; the user "postgres" is what every tool and manual expects.
  return [
    "--username=postgres",
    "--encoding=UTF8",
    "--locale=C",
    ...locale,
    "--auth=reject",
    "--no-sync",
    "--no-instructions",
  ];
}

async function initialize(
  installation: Installation,
  data: string,
  args: readonly string[],
  user: ServerUser | undefined,
): Promise<void> {
  const initdb = join(installation.bin, process.platform === "win32" ? "initdb.exe" : "initdb");
  const { code, output } = await executeNamed(initdb, [`--pgdata=${data}`, ...args], { user, env: installation.env });
  if (code === 0) return;
  throw new AppError("WD375", "no data directory could be made", {
    detail: `initdb: ${output.trim()}`,
    hint: nameHint(output),
  });
}
