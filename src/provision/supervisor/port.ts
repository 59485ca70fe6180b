import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { AppError } from "../../errors/index.ts";
import type { Home } from "../home.ts";

// Below 32768, where Linux begins to lend ports to outgoing connections, and away from 5432.
const [firstPort, ports] = [15_432, 4_000] as const;

/**
 * The port that the project's cluster prefers: the one in its `port` file, else one made of its path, so that
 * projects rarely meet and a GUI client finds each where it was.
 */
export async function preferredPort(home: Home): Promise<number> {
  const kept = Number((await readFile(home.port, "utf8").catch(() => "")).trim());
  if (Number.isInteger(kept) && kept > 0 && kept < 65_536) return kept;
  return firstPort + (createHash("sha256").update(home.folder).digest().readUInt32BE() % ports);
}

/** Keeps the preferred port, also when another one had to be taken today. */
export async function keepPort(home: Home, port: number): Promise<void> {
  await writeFile(home.port, `${port}\n`);
}

/** The first free loopback port from `from` on. */
export async function freePort(from: number): Promise<number> {
  for (let port = from; port < Math.min(from + 500, 65_536); port++) if (await isFree(port)) return port;
  throw new AppError("WD379", "no free port was found for Postgres", { detail: `tried 500 from ${from} on` });
}

/** True when nobody listens on this port of the loopback. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const probe = createServer();
    probe.once("error", () => done(false));
    probe.listen({ port, host: "127.0.0.1", exclusive: true }, () => probe.close(() => done(true)));
  });
}
