import { randomBytes } from "node:crypto";
import { link, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../errors/index.ts";

/** The server of a project as it stands in `.howdah/server.json` while it runs. */
export interface ServedAddress {
  readonly pid: number;
  readonly url: string;
  readonly mode: "development" | "production";
}

/** How often a record that was left behind is cleared away before somebody else's is believed. */
const attempts = 5;
const answerTimeoutMs = 2_000;
const unwritable: ReadonlySet<string> = new Set(["EROFS", "EACCES", "EPERM"]);

/** The address at which a living process serves this project, or undefined. */
export async function servedAddress(home: string): Promise<ServedAddress | undefined> {
  const address = await readAddress(home);
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

/**
 * Records where this process serves the project; returns the function that takes the record back.
 *
 * Of two that start at once one is recorded, and the other refused with WD045. A record that a killed server has left
 * behind gives way. Where the folder can't be written (a read-only container) nothing is recorded.
 */
export async function recordAddress(home: string, address: ServedAddress): Promise<() => Promise<void>> {
  const text = `${JSON.stringify(address)}\n`;
  // Written aside and linked: nobody reads half a record, and only one process makes the link.
  const staged = `${file(home)}.${process.pid}.${randomBytes(4).toString("hex")}`;
  try {
    await mkdir(home, { recursive: true });
    await writeFile(staged, text, { flag: "wx" });
  } catch (error) {
    if (unwritable.has(String((error as NodeJS.ErrnoException).code))) return async () => {};
    throw error;
  }
  try {
    for (let left = attempts; !(await isPlaced(staged, file(home), left === 0)); left--) {
      await refuseSecondServer(home);
      await rm(file(home), { force: true });
    }
  } finally {
    await rm(staged, { force: true });
  }
  return async () => {
    // Somebody else's by now, where this process was taken for dead.
    if ((await readText(home)) === text) await rm(file(home), { force: true });
  };
}

/** False when there is a record already, unless it is to be replaced. */
async function isPlaced(staged: string, path: string, replace: boolean): Promise<boolean> {
  try {
    await (replace ? rename(staged, path) : link(staged, path));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    // A file system without hard links: the last one counts.
    if (!replace) return isPlaced(staged, path, true);
    throw error;
  }
}

function file(home: string): string {
  return join(home, "server.json");
}

async function readAddress(home: string): Promise<ServedAddress | undefined> {
  const text = await readText(home);
  return text === undefined ? undefined : parse(text);
}

async function readText(home: string): Promise<string | undefined> {
  return readFile(file(home), "utf8").catch(() => undefined);
}

function parse(text: string): ServedAddress | undefined {
  try {
    const { pid, url, mode } = JSON.parse(text) as Partial<ServedAddress>;
    if (!Number.isSafeInteger(pid) || typeof pid !== "number" || pid < 1) return undefined;
    if (typeof url !== "string" || !URL.canParse(url)) return undefined;
    return { pid, url, mode: mode === "production" ? mode : "development" };
  } catch {
    return undefined;
  }
}

// A number of a process alone proves nothing: it is given to another one after a crash or a restart of the machine.
async function answers(address: ServedAddress): Promise<boolean> {
  if (!isAlive(address.pid)) return false;
  try {
    const signal = AbortSignal.timeout(answerTimeoutMs);
    const response = await fetch(new URL("/_health", address.url), { signal });
    await response.body?.cancel();
    return true;
  } catch (error) {
    // Something listens and is busy: a server that is held up by a breakpoint is one all the same.
    return (error as Error).name === "TimeoutError";
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
