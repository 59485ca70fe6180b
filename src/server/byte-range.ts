/** Bytes of a file, both inclusive. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The one range of a Range header (RFC 9110, 14.1.2): "unsatisfiable" where it lies beyond the file, undefined where
 * the header is to be ignored (another unit, several ranges, broken syntax) and the whole file is sent.
 */
export function parseRange(header: string, bytes: number): ByteRange | "unsatisfiable" | undefined {
  const match = /^bytes=\s*(\d*)-(\d*)\s*$/i.exec(header);
  const [, first = "", last = ""] = match ?? [];
  if (!match || (first === "" && last === "")) return undefined;
  if (first === "") return suffix(Number(last), bytes);
  const start = Number(first);
  const end = last === "" ? bytes - 1 : Math.min(Number(last), bytes - 1);
  if (last !== "" && Number(last) < start) return undefined;
  return start >= bytes ? "unsatisfiable" : { start, end };
}

function suffix(length: number, bytes: number): ByteRange | "unsatisfiable" {
  if (length === 0 || bytes === 0) return "unsatisfiable";
  return { start: Math.max(0, bytes - length), end: bytes - 1 };
}
