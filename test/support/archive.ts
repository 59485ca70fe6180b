import { Header } from "tar";
import { crc32 } from "node:zlib";

/** One member of a tar archive that a test makes; a file where nothing else is said. */
export interface TarMember {
  readonly path: string;
  readonly content?: string | Buffer;
  readonly type?: "File" | "Directory" | "SymbolicLink" | "Link" | "CharacterDevice";
  readonly linkpath?: string;
  readonly mode?: number;
}

/** A tar archive of exactly these members, bad ones included. */
export function tarOf(members: readonly TarMember[]): Buffer {
  const blocks = members.flatMap(({ path, content = "", type = "File", linkpath, mode = 0o644 }) => {
    const bytes = Buffer.from(content);
    const header = new Header({
      path,
      type,
      mode,
      size: bytes.length,
      mtime: new Date(0),
      ...(linkpath && { linkpath }),
    });
    const block = Buffer.alloc(512);
    header.encode(block, 0);
    return [block, padded(bytes, 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

/** An ar archive, the outer format of .deb. */
export function arOf(members: Readonly<Record<string, Buffer>>): Buffer {
  const parts = Object.entries(members).flatMap(([name, content]) => [
    Buffer.from(
      `${name.padEnd(16)}${"0".padEnd(12)}${"0".padEnd(6)}${"0".padEnd(6)}${"100644".padEnd(8)}${String(content.length).padEnd(10)}\`\n`,
    ),
    padded(content, 2, "\n"),
  ]);
  return Buffer.concat([Buffer.from("!<arch>\n"), ...parts]);
}

/**
 * An xz file whose LZMA2 chunks are stored, not compressed: valid, and needs no encoder.
 *
 * Source: "The .xz File Format" 1.2.0, and LZMA2's control byte 1 (uncompressed chunk with a dictionary reset).
 */
export function xzOf(bytes: Buffer): Buffer {
  const flags = Buffer.from([0, 1]); // check: CRC32
  const header = Buffer.concat([Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]), flags, le32(crc32(flags))]);
  const blockHeader = withCrc(Buffer.from([2, 0, 0x21, 1, 0x16, 0, 0, 0])); // LZMA2, dictionary of 8 MiB
  const data = storedChunks(bytes);
  const check = le32(crc32(bytes));
  const block = Buffer.concat([blockHeader, padded(data, 4), check]);
  const unpaddedBytes = blockHeader.length + data.length + check.length;
  const index = withCrc(padded(Buffer.concat([Buffer.from([0, 1]), vli(unpaddedBytes), vli(bytes.length)]), 4));
  const tail = Buffer.concat([le32(index.length / 4 - 1), flags]);
  return Buffer.concat([header, block, index, le32(crc32(tail)), tail, Buffer.from("YZ")]);
}

function storedChunks(bytes: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let start = 0; start < bytes.length; start += 65_536) {
    const chunk = bytes.subarray(start, start + 65_536);
    const bytesLessOne = chunk.length - 1;
    chunks.push(Buffer.from([start === 0 ? 1 : 2, bytesLessOne >> 8, bytesLessOne & 0xff]), chunk);
  }
  return Buffer.concat([...chunks, Buffer.from([0])]);
}

/** xz's variable-length integers: seven bits a byte, lowest first. */
function vli(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    bytes.push(rest >= 128 ? (rest % 128) | 0x80 : rest);
    if (rest < 128) return Buffer.from(bytes);
  }
}

function withCrc(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, le32(crc32(bytes))]);
}

function le32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function padded(bytes: Buffer, unit: number, fill = "\0"): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((unit - (bytes.length % unit)) % unit, fill)]);
}
