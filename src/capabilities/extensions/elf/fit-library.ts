import { compareVersions } from "../../../resolve/index.ts";
import { readNeeds, type NeededSymbol, type NeededVersion } from "./elf.ts";

/** A shared library as it can be loaded with an older glibc, or what keeps it from that. */
export type Fitted =
  | { readonly kind: "fits"; readonly bytes: Buffer; readonly rewritten: readonly string[] }
  /** Symbols that this glibc lacks and nothing stands in for, each with the version that has it. */
  | { readonly kind: "too new"; readonly symbols: readonly string[]; readonly glibc: string };

/**
 * Functions of a newer glibc that an older one has in effect: C23's number parsers differ from the older ones only in that
 * they read "0b1" as well. They are asked for by the compiler's headers, not by the program.
 */
const isoPrefix = "__isoc23_";
const isoNames: ReadonlySet<string> = new Set(
  ["strtol", "strtoul", "strtoll", "strtoull", "strtoimax", "strtoumax", "sscanf", "fscanf", "vsscanf"].map(
    (name) => isoPrefix + name,
  ),
);

/** Functions that Postgres itself defines for a C library that has none (src/port). */
const ofPostgres: ReadonlySet<string> = new Set(["strlcpy", "strlcat"]);

/**
 * Makes a library loadable with the glibc that is there: references to functions of the two lists above lose their version,
 * those of C23 the beginning of their name, and the version itself is no longer insisted upon. Every other symbol that is
 * too new is told, and nothing is changed.
 */
export function fitLibrary(file: Buffer, glibc: string, what: string): Fitted {
  const { versions, symbols } = readNeeds(file, what);
  const missing = versions.filter((version) => isNewer(version, glibc));
  const affected = symbols.filter(({ version }) => version !== undefined && missing.includes(version));
  const hopeless = affected.filter(({ name }) => !isoNames.has(name) && !ofPostgres.has(name));
  const other = missing.filter(({ version }) => !/^GLIBC_[\d.]+$/.test(version));
  if (hopeless.length > 0 || other.length > 0) return tooNew(hopeless, missing);
  if (missing.length === 0) return { kind: "fits", bytes: file, rewritten: [] };
  const bytes = Buffer.from(file);
  for (const { name, at, versionAt, nameAt } of affected) {
    if (name.startsWith(isoPrefix)) bytes.writeUInt32LE(nameAt + isoPrefix.length, at);
    bytes.writeUInt16LE(1, versionAt); // VER_NDX_GLOBAL: any version
  }
  // VER_FLG_WEAK: its absence is no reason to refuse the library.
  for (const { at } of missing) bytes.writeUInt16LE(bytes.readUInt16LE(at + 4) | 2, at + 4);
  return { kind: "fits", bytes, rewritten: [...new Set(affected.map(({ name }) => name))].toSorted() };
}

/** Versions that are no numbers (GLIBC_ABI_DT_RELR) are looked for by the loader like all others: 2.36 brought that one. */
function isNewer({ version }: NeededVersion, glibc: string): boolean {
  if (version === "GLIBC_ABI_DT_RELR") return compareVersions("2.36", glibc) > 0;
  const asked = /^GLIBC_(\d+(?:\.\d+)+)$/.exec(version)?.[1];
  if (asked !== undefined) return compareVersions(asked, glibc) > 0;
  return version.startsWith("GLIBC_ABI_");
}

function tooNew(symbols: readonly NeededSymbol[], versions: readonly NeededVersion[]): Fitted {
  const numbers = versions.map(({ version }) => version.replace(/^GLIBC_/, "")).filter((text) => /^[\d.]+$/.test(text));
  return {
    kind: "too new",
    symbols: symbols.map(({ name, version }) => `${name} (${version?.version})`),
    glibc: numbers.toSorted(compareVersions).at(-1) ?? "newer",
  };
}
