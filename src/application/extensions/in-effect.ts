import { realpath } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { readServer, type Generation } from "../../capabilities/index.ts";
import { connect, sql, type Target } from "../../postgres/index.ts";

/** What a running server would have to do to have a generation. */
export type Missing = "nothing" | "restart";

const patienceMs = 3000;

/**
 * Waits until new sessions of a server find the files of a generation; says whether it takes a restart: for libraries that
 * are loaded at the start, and for an older Postgres, which runs as a copy of its own with each set of extensions.
 */
export async function inEffect(admin: Target, { settings, preload, installation }: Generation): Promise<Missing> {
  const path = settings["extension_control_path"];
  for (const deadline = Date.now() + patienceMs; ; await pause(10)) {
    await using connection = await connect(admin, { applicationName: "howdah" });
    const { preloaded } = await readServer(connection);
    if (preload.some((library) => preloaded?.includes(library) === false)) return "restart";
    if (path === undefined) return (await runsFrom(connection, installation.bin)) ? "nothing" : "restart";
    const [row] = await connection.query<{ path: string }>(
      sql`select pg_catalog.current_setting('extension_control_path') as path`,
    );
    if (row?.path === path || Date.now() > deadline) return "nothing";
  }
}

async function runsFrom(connection: Awaited<ReturnType<typeof connect>>, bin: string): Promise<boolean> {
  const [row] = await connection.query<{ bin: string }>(
    sql`select setting as bin from pg_catalog.pg_config() where name = 'BINDIR'`,
  );
  const real = async (path: string): Promise<string> => realpath(path).catch(() => path);
  return row === undefined || (await real(row.bin)) === (await real(bin));
}
