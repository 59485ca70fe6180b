import { inflateRawSync } from "node:zlib";
import { AppError } from "../../errors/index.ts";

/** A file of a zip archive. */
export interface ZipFile {
  /** With "/" between folders; never outside of the archive's own. */
  readonly path: string;
  readonly content: Buffer;
  readonly executable: boolean;
}

const signatures = { end: 0x06054b50, central: 0x02014b50, local: 0x04034b50 } as const;

/**
 * The files of a zip archive (APPNOTE 6.3, without encryption, zip64 and several disks), stored or deflated.
 *
 * Throws WD356 when it is none, is damaged, holds more than `maxBytes`, or a file would lie outside.
 */
export function readZip(archive: Buffer, what: string, maxBytes = 512 * 2 ** 20): readonly ZipFile[] {
  try {
    return read(archive, maxBytes);
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new AppError("WD356", `${what} is not an archive that can be read`, { detail, cause });
  }
}

function read(archive: Buffer, maxBytes: number): readonly ZipFile[] {
  const end = endOf(archive);
  const files: ZipFile[] = [];
  let left = maxBytes;
  for (let at = archive.readUInt32LE(end + 16), count = archive.readUInt16LE(end + 10); count > 0; count--) {
    if (archive.readUInt32LE(at) !== signatures.central) throw new Error(`no entry of its directory at byte ${at}`);
    const lengths = [28, 30, 32].map((offset) => archive.readUInt16LE(at + offset));
    const [name = 0, extra = 0, comment = 0] = lengths;
    const path = archive.toString("utf8", at + 46, at + 46 + name);
    const bytes = archive.readUInt32LE(at + 24);
    if ((left -= bytes) < 0) throw new Error(`it holds more than ${maxBytes} bytes`);
    assertInside(path);
    if (!path.endsWith("/"))
      files.push({ path, content: contentOf(archive, at, bytes), executable: isExecutable(archive, at) });
    at += 46 + name + extra + comment;
  }
  return files;
}

/** Behind it comes nothing but a comment of at most 64 KiB. */
function endOf(archive: Buffer): number {
  for (let at = archive.length - 22; at >= Math.max(0, archive.length - 22 - 0xffff); at--) {
    if (archive.readUInt32LE(at) === signatures.end) return at;
  }
  throw new Error("it has no directory at its end");
}

function contentOf(archive: Buffer, entry: number, bytes: number): Buffer {
  const [method, packed, local] = [
    archive.readUInt16LE(entry + 10),
    archive.readUInt32LE(entry + 20),
    archive.readUInt32LE(entry + 42),
  ];
  if (archive.readUInt32LE(local) !== signatures.local) throw new Error(`no file begins at byte ${local}`);
  const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
  const content = archive.subarray(start, start + packed);
  if (method !== 0 && method !== 8) throw new Error(`it is compressed by method ${method}`);
  const plain = method === 0 ? content : inflateRawSync(content, { maxOutputLength: Math.max(bytes, 1) });
  if (plain.length !== bytes) throw new Error("a file ends early");
  return plain;
}

/** The mode of Unix stands in the upper half of the external attributes, where the archive was made there. */
function isExecutable(archive: Buffer, entry: number): boolean {
  return archive[entry + 5] === 3 && ((archive.readUInt32LE(entry + 38) >>> 16) & 0o100) !== 0;
}

function assertInside(path: string): void {
  const segments = path.split(/[/\\]/);
  if (path.startsWith("/") || /^[a-z]:/i.test(path) || segments.includes("..") || path.includes("\0")) {
    throw new Error(`its member ${JSON.stringify(path)} lies outside`);
  }
}
