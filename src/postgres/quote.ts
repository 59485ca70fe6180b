import { AppError } from "../errors/index.ts";

/** A name in double quotes, whatever it holds; throws WD211 where Postgres would refuse it or cut it off. */
export function quoteIdentifier(name: string): string {
  const bytes = Buffer.byteLength(name);
  if (bytes === 0) throw refused("a name is empty");
  // NAMEDATALEN: Postgres would shorten it with a mere notice, and the short name may be another object's.
  if (bytes > 63) throw refused("a name is longer than 63 bytes", name);
  if (name.includes("\0")) throw refused("a name holds a NUL character", JSON.stringify(name));
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * A text as a string constant, for utility statements, which take no parameters.
 *
 * With a backslash it becomes an E'' constant, as quote_literal does: safe whatever standard_conforming_strings says.
 */
export function quoteLiteral(text: string): string {
  if (text.includes("\0")) throw refused("a text holds a NUL character");
  const quoted = `'${text.replaceAll("'", "''").replaceAll("\\", "\\\\")}'`;
  // The space keeps the E from growing together with a word before it.
  return text.includes("\\") ? ` E${quoted}` : quoted;
}

function refused(message: string, detail?: string): AppError {
  return new AppError("WD211", message, { detail });
}
