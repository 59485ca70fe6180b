import { mkdir, rename, rm, statfs, writeFile } from "node:fs/promises";
import { join } from "node:path";

// Postgres adds its log of changes (WAL) in segments of 16 MB, and one that finds no room is a PANIC: the server goes
// down and can't recover before there is room again. Four segments are left for what runs when writing is called off.
const fullBytes = 64 * 2 ** 20;
const roomBytes = 96 * 2 ** 20;

/** Included by howdah.conf: the files in it whose name ends with .conf hold. */
export const guardFolder = "disk-full.d";
const [used, unused] = ["read-only.conf", "read-only.conf.unused"] as const;

/**
 * Calls writing off before the disk is full, and on again when there is room: reads go on, without a restart.
 *
 * New transactions become read-only (SQLSTATE 25006); one that frees room says `begin read write`. The setting stands
 * in a file that is only renamed, because on a full disk none can be written.
 */
export class DiskGuard {
  readonly #folder: string;
  readonly #onChange: (full: boolean) => void;
  #timer: NodeJS.Timeout | undefined;
  #full = false;

  private constructor(folder: string, onChange: (full: boolean) => void) {
    this.#folder = folder;
    this.#onChange = onChange;
  }

  /** Looks once, before Postgres starts, then for as long as it is not stopped. */
  static async start(data: string, onChange: (full: boolean) => void): Promise<DiskGuard> {
    const folder = join(data, guardFolder);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await rm(join(folder, used), { force: true });
    await writeFile(join(folder, unused), "default_transaction_read_only = on\n", { mode: 0o600 });
    const guard = new DiskGuard(folder, onChange);
    await guard.#look();
    return guard;
  }

  get full(): boolean {
    return this.#full;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #look(): Promise<void> {
    const free = await freeBytes(this.#folder);
    this.#timer = setTimeout(() => void this.#look().catch(() => {}), pauseMs(free));
    if (this.#full ? free < roomBytes : free >= fullBytes) return;
    const [from, to] = this.#full ? [used, unused] : [unused, used];
    await rename(join(this.#folder, from), join(this.#folder, to));
    this.#full = !this.#full;
    this.#onChange(this.#full);
  }
}

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** Often enough for a disk that fills with 250 MB a second, seldom where there is much room. */
function pauseMs(free: number): number {
  if (free > 8 * 2 ** 30) return 5000;
  return free > 2 ** 30 ? 1000 : 200;
}
