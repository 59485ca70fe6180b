import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../errors/index.ts";

/** The server of a project as it stands in `.howdah/server.json` while it runs. */
export interface ServedAddress {
  readonly pid: number;
  readonly url: string;
  readonly mode: "development" | "production";
}

/** The address at which a living process serves this project, or undefined. */
export async function servedAddress(home: string): Promise<ServedAddress | undefined> {
  const text = await readFile(file(home), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const address = parse(text);
  return address !== undefined && (await answers(address)) ? address : undefined;
}

/** Refuses with WD045 when another process serves the project already. */
export async function refuseSecondServer(home: string): Promise<void> {
  const other = await servedAddress(home);
  if (other === undefined) return;
  throw new AppError("WD045", `this project is served already at ${other.url}`, {
    detail: `process ${other.pid}, ${other.mode}`,
    hint: `open ${other.url}, or stop that process first`,
  });
}

/** Records where this process serves the project; returns the function that takes the record back. */
export async function recordAddress(home: string, address: ServedAddress): Promise<() => Promise<void>> {
  await mkdir(home, { recursive: true });
  const staged = `${file(home)}.${process.pid}`;
  await writeFile(staged, `${JSON.stringify(address)}\n`);
  await rename(staged, file(home));
  return () => rm(file(home), { force: true });
}

function file(home: string): string {
  return join(home, "server.json");
}

function parse(text: string): ServedAddress | undefined {
  try {
    const { pid, url, mode } = JSON.parse(text) as Partial<ServedAddress>;
    if (typeof pid !== "number" || typeof url !== "string") return undefined;
    return { pid, url, mode: mode === "production" ? mode : "development" };
  } catch {
    return undefined;
  }
}

// A number of a process alone proves nothing: it is given to another one after a crash or a restart of the machine.
async function answers(address: ServedAddress): Promise<boolean> {
  if (!isAlive(address.pid)) return false;
  try {
    const response = await fetch(new URL("/_health", address.url), { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return true;
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
