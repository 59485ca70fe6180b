import { posix } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadEntry } from "tar";
import { AppError } from "../../errors/index.ts";
import { fileError } from "../file-error.ts";

export interface UnpackOptions {
  /** What the archive is called in messages. */
  readonly what: string;
  /** Leading folders of each member's path that are left out, e.g. 1 for npm's "package/". Default 0. */
  readonly strip?: number | undefined;
  /** "relative": an absolute link means the archive's own root and is rewritten; by default it is refused. */
  readonly absoluteLinks?: "refuse" | "relative" | undefined;
  /** Members to unpack, by their path after `strip`. Default all. */
  readonly wanted?: ((path: string) => boolean) | undefined;
  /** Bytes of all members at most, unpacked: a small archive can hold a large disk. Default unlimited. */
  readonly maxBytes?: number | undefined;
  /** Whether links are refused altogether. */
  readonly refuseLinks?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Unpacks a tar stream into an existing folder: files, folders, hard and symbolic links, nothing else.
 *
 * Owners are ours, set-id bits are dropped, and everything is readable by all whatever the umask. Throws WD356 when the
 * archive is damaged or a member, or where it links to, lies outside of the folder; WD354 when the disk is full. The
 * folder is then half-filled and must not be used.
 */
export async function unpackTar(archive: Readable, folder: string, options: UnpackOptions): Promise<void> {
  const { Unpack } = await import("tar");
  const { strip = 0, what, signal, maxBytes = Infinity } = options;
  let refusal: AppError | undefined;
  let bytes = 0;
  const unpack = new Unpack({
    cwd: folder,
    strip,
    strict: true,
    preserveOwner: false,
    chmod: true,
    umask: 0o022,
    dmode: 0o755,
    filter: (path, entry) => {
      if (refusal !== undefined || !isEntry(entry)) return false;
      try {
        bytes += entry.size ?? 0;
        if (bytes > maxBytes) throw outside(what, path, `makes it larger than ${maxBytes} bytes`);
        return admit(path, entry, options);
      } catch (thrown) {
        if (thrown instanceof AppError) refusal = thrown;
        return false;
      }
    },
  });
  try {
    await pipeline(archive, unpack, { signal });
  } catch (thrown) {
    throw refusal ?? damagedOr(fileError(thrown, folder, signal), what);
  }
  if (refusal !== undefined) throw refusal;
}

function isEntry(entry: unknown): entry is ReadEntry {
  return typeof entry === "object" && entry !== null && "type" in entry;
}

const kinds = new Set(["File", "OldFile", "ContiguousFile", "Directory", "SymbolicLink", "Link"]);

/** Decides about one member, whose fields it may put right; throws WD356 for one that must not exist. */
function admit(path: string, entry: ReadEntry, options: UnpackOptions): boolean {
  const { strip = 0, what, wanted } = options;
  assertInside(path, path, what);
  const stripped = posix.normalize(path).split("/").slice(strip).join("/");
  if (stripped === "" || stripped === "." || wanted?.(stripped) === false) return false;
  const isRefused = options.refuseLinks === true && entry.type.endsWith("Link");
  if (!kinds.has(entry.type) || isRefused) throw outside(what, path, `is a ${entry.type}`);
  entry.mode = ((entry.mode ?? 0o644) & 0o777) | (entry.type === "Directory" ? 0o755 : 0o644);
  if (entry.type === "SymbolicLink") entry.linkpath = symbolicTarget(path, entry.linkpath ?? "", options);
  if (entry.type === "Link") assertInside(entry.linkpath ?? "", path, what);
  return true;
}

function symbolicTarget(path: string, target: string, { what, strip = 0, absoluteLinks }: UnpackOptions): string {
  const rooted = posix.isAbsolute(target) && absoluteLinks === "relative";
  const relative = rooted ? posix.relative(posix.dirname(path), target.slice(1)) : target;
  if (posix.isAbsolute(relative)) throw outside(what, path, `links to ${target}`);
  const depth = posix.normalize(path).split("/").length - 1 - strip;
  const ups = posix.join("x/".repeat(Math.max(depth, 0)), relative);
  if (ups === ".." || ups.startsWith("../")) throw outside(what, path, `links to ${target}`);
  return relative;
}

function assertInside(target: string, path: string, what: string): void {
  const segments = target.split(/[/\\]/);
  if (posix.isAbsolute(target) || /^[a-z]:/i.test(target) || segments.includes("..") || target.includes("\0")) {
    throw outside(what, path, target === path ? "lies outside" : `links to ${target}`);
  }
}

function outside(what: string, path: string, problem: string): AppError {
  return new AppError("WD356", `${what} was refused`, {
    detail: `its member ${JSON.stringify(path)} ${problem}`,
    hint: "nothing of it was used; tell its publisher",
  });
}

/** node-tar and the decompressors throw plain errors for a damaged archive; system errors are not about the archive. */
function damagedOr(thrown: unknown, what: string): unknown {
  if (thrown instanceof AppError || (thrown instanceof Error && "syscall" in thrown && "errno" in thrown))
    return thrown;
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  return new AppError("WD356", `${what} is not an archive that can be read`, { detail, cause: thrown });
}
