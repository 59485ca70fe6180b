import { createHash } from "node:crypto";
import { chmod, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../../errors/index.ts";
import { guardFolder } from "./disk-guard.ts";

/**
 * Our settings for a server of development and of one machine; fsync, full_page_writes and synchronous_commit stay on,
 * so that nothing acknowledged is lost.
 */
const defaults: Readonly<Record<string, string>> = {
  // 5,000 tables in one transaction need it; costs 8 MB of shared memory that stays untouched until then.
  max_locks_per_transaction: "256",
  shared_buffers: "128MB",
  // A quarter of Postgres's 1 GB: replaying it after kill -9 stays well within the 5 s of the next start.
  max_wal_size: "256MB",
  min_wal_size: "48MB",
  // Compiling a query costs more than most queries of an application take.
  jit: "off",
  timezone: "UTC",
  log_timezone: "UTC",
  log_line_prefix: "%m [%p] %q%u@%d ",
  log_checkpoints: "off",
};

/** PostgreSQL 18 starts three I/O workers of 1.5 MB each; an idle one is enough until it is asked for more. */
const defaults18: Readonly<Record<string, string>> = { io_workers: "1" };

/** Settings that belong to the supervisor: with another value it could not find, lock, stop or protect the server. */
const owned: ReadonlySet<string> = new Set([
  "cluster_name",
  "config_file",
  "data_directory",
  "external_pid_file",
  "hba_file",
  "ident_file",
  "listen_addresses",
  "log_destination",
  "logging_collector",
  "port",
  "unix_socket_directories",
  "unix_socket_group",
  "unix_socket_permissions",
]);

/**
 * Who may connect: everyone with a password, through the private socket and through loopback TCP alike.
 *
 * "trust" on the socket was weighed: its folder is closed to other users (0700), but as root the server shares the user
 * "postgres" or "nobody" with other programs, and a wrong password would only show in production. One SCRAM exchange
 * costs a few milliseconds a connection, and pools keep theirs.
 */
export const hostBasedAuthentication = `# Written by howdah.
# type  database     user      address        method
local   all          all                      scram-sha-256
local   replication  postgres                 scram-sha-256
host    all          all       127.0.0.1/32   scram-sha-256
host    replication  postgres  127.0.0.1/32   scram-sha-256
`;

/** The text of howdah.conf; throws WD378 for a setting that is the supervisor's or no setting at all. */
export function serverConfig(major: number, settings: Readonly<Record<string, string>>): string {
  for (const name of Object.keys(settings)) assertAllowed(name);
  const all = { ...defaults, ...(major >= 18 ? defaults18 : {}), ...settings };
  const lines = Object.entries(all).map(([name, value]) => `${name} = ${quote(value)}\n`);
  const head = "# Written by howdah at each start: settings belong into howdah.toml.\n";
  return `${head}${lines.join("")}include_dir '${guardFolder}'\n`;
}

/** Replaces howdah.conf in the data directory in one step. */
export async function writeServerConfig(data: string, text: string): Promise<void> {
  const [file, staged] = [join(data, "howdah.conf"), join(data, "howdah.conf.new")];
  await writeFile(staged, text, { mode: 0o600 });
  await chmod(staged, 0o600);
  await rename(staged, file);
}

/**
 * Settings that go onto the command line, where neither a file nor ALTER SYSTEM overrides them: nothing but the
 * private socket and one loopback port ever listens.
 */
export function listenSettings(run: string, port: number): readonly string[] {
  const socket = process.platform === "win32" ? "" : `"${run.replaceAll('"', '""')}"`;
  const settings = {
    listen_addresses: "127.0.0.1",
    port: String(port),
    unix_socket_directories: socket,
    unix_socket_permissions: "0700",
  };
  return Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

/** The first word that the processes of a cluster call themselves by: told apart from all others by it. */
export function clusterName(data: string): string {
  return `howdah-${createHash("sha256").update(data).digest("hex").slice(0, 8)}`;
}

function assertAllowed(name: string): void {
  if (owned.has(name.toLowerCase())) {
    throw new AppError("WD378", `the setting “${name}” belongs to howdah`, {
      detail: "the supervisor finds, guards and stops the server by it",
      hint: "remove it from howdah.toml; for a server of your own, use the provider “url”",
    });
  }
  if (!/^[a-z_][\w$]*(\.[a-z_][\w$]*)*$/i.test(name)) {
    throw new AppError("WD378", `“${name}” is not the name of a Postgres setting`, {
      hint: "names are letters, digits and underscores, with a dot after an extension's name",
    });
  }
}

// The lexer of configuration files knows backslash escapes (manual, "Parameter Interaction via the Configuration File").
function quote(value: string): string {
  const escapes: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\\": "\\\\", "'": "''" };
  return `'${value.replaceAll(/[\n\r\\']/g, (character) => escapes[character] ?? character)}'`;
}
