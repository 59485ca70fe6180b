import { AppError } from "../../../errors/index.ts";

/** A version of another library's symbols that a shared library asks for: GLIBC_2.38 of libc.so.6. */
export interface NeededVersion {
  readonly library: string;
  readonly version: string;
  /** The number that symbols refer to it by. */
  readonly index: number;
  /** Offset in the file of its record (Elfxx_Vernaux). */
  readonly at: number;
}

/** A symbol that another library has to define. */
export interface NeededSymbol {
  readonly name: string;
  readonly version: NeededVersion | undefined;
  /** Offset in the file of its record (Elf64_Sym), and of its version (Elf64_Versym). */
  readonly at: number;
  readonly versionAt: number;
  /** Offset of its name within the string table. */
  readonly nameAt: number;
}

/** What a shared library asks of others. */
export interface Needs {
  /** DT_NEEDED, in order: "libcurl.so.4". */
  readonly libraries: readonly string[];
  readonly versions: readonly NeededVersion[];
  readonly symbols: readonly NeededSymbol[];
}

interface Section {
  readonly type: number;
  readonly at: number;
  readonly bytes: number;
  readonly link: number;
  readonly info: number;
}

const types = { dynamic: 6, dynsym: 11, verneed: 0x6ffffffe, versym: 0x6fffffff } as const;
const symbolBytes = 24;

/**
 * Reads what a 64-bit little-endian ELF shared library needs (System V ABI, "Object Files"; LSB, "Symbol Versioning").
 *
 * Throws WD356 for anything else.
 */
export function readNeeds(file: Buffer, what: string): Needs {
  try {
    return read(file);
  } catch (cause) {
    throw new AppError("WD356", `${what} is no shared library for this platform`, {
      detail: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
}

function read(file: Buffer): Needs {
  if (file.toString("latin1", 0, 6) !== "\x7fELF\x02\x01") throw new Error("it is not a 64-bit little-endian ELF file");
  const sections = sectionsOf(file);
  const strings = stringsOf(file, sections);
  const versions = versionsOf(file, sections, strings);
  return {
    libraries: librariesOf(file, sections, strings),
    versions,
    symbols: symbolsOf(file, sections, versions, strings),
  };
}

function sectionsOf(file: Buffer): readonly Section[] {
  const start = number(file, 0x28);
  const [bytes, count] = [file.readUInt16LE(0x3a), file.readUInt16LE(0x3c)];
  return Array.from({ length: count }, (_, index) => {
    const at = start + index * bytes;
    return {
      type: file.readUInt32LE(at + 4),
      at: number(file, at + 24),
      bytes: number(file, at + 32),
      link: file.readUInt32LE(at + 40),
      info: file.readUInt32LE(at + 44),
    };
  });
}

type Strings = (offset: number) => string;

/** The one string table that everything dynamic refers to. */
function stringsOf(file: Buffer, sections: readonly Section[]): Strings {
  const table = sections[sections.find(({ type }) => type === types.dynsym)?.link ?? -1];
  if (table === undefined) throw new Error("it has no dynamic symbols");
  return (offset) => {
    const start = table.at + offset;
    return file.toString("utf8", start, file.indexOf(0, start));
  };
}

function librariesOf(file: Buffer, sections: readonly Section[], strings: Strings): readonly string[] {
  const dynamic = sections.find(({ type }) => type === types.dynamic);
  const found: string[] = [];
  const [start, end] = [dynamic?.at ?? 0, (dynamic?.at ?? 0) + (dynamic?.bytes ?? 0)];
  for (let at = start; at < end; at += 16) {
    if (number(file, at) === 1) found.push(strings(number(file, at + 8)));
  }
  return found;
}

function versionsOf(file: Buffer, sections: readonly Section[], strings: Strings): readonly NeededVersion[] {
  const needs = sections.find(({ type }) => type === types.verneed);
  const found: NeededVersion[] = [];
  for (let at = needs?.at ?? 0, left = needs?.info ?? 0; left > 0; left--) {
    const [count, library] = [file.readUInt16LE(at + 2), strings(file.readUInt32LE(at + 4))];
    for (let entry = at + file.readUInt32LE(at + 8), more = count; more > 0; more--) {
      const version = strings(file.readUInt32LE(entry + 8));
      found.push({ library, version, index: file.readUInt16LE(entry + 6) & 0x7fff, at: entry });
      entry += file.readUInt32LE(entry + 12);
    }
    at += file.readUInt32LE(at + 12);
  }
  return found;
}

function symbolsOf(
  file: Buffer,
  sections: readonly Section[],
  versions: readonly NeededVersion[],
  strings: Strings,
): readonly NeededSymbol[] {
  const symbols = sections.find(({ type }) => type === types.dynsym);
  const numbers = sections.find(({ type }) => type === types.versym);
  const byIndex = new Map(versions.map((version) => [version.index, version]));
  const found: NeededSymbol[] = [];
  const [start, count] = [symbols?.at ?? 0, (symbols?.bytes ?? 0) / symbolBytes];
  for (let index = 1; index < count; index++) {
    const at = start + index * symbolBytes;
    if (file.readUInt16LE(at + 6) !== 0) continue; // defined here
    const nameAt = file.readUInt32LE(at);
    const versionAt = (numbers?.at ?? 0) + index * 2;
    const version = numbers === undefined ? undefined : byIndex.get(file.readUInt16LE(versionAt) & 0x7fff);
    found.push({ name: strings(nameAt), version, at, versionAt, nameAt });
  }
  return found;
}

function number(file: Buffer, at: number): number {
  return Number(file.readBigUInt64LE(at));
}
