import { styleText } from "node:util";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Whether a stream should get colours: NO_COLOR (no-color.org) and TERM=dumb turn them off, FORCE_COLOR turns them on
 * (off with "0" or "false"); otherwise terminals get them.
 */
export function wantsColor(stream: { readonly isTTY?: boolean | undefined }, env: Environment = process.env): boolean {
  if ((env["NO_COLOR"] ?? "") !== "") return false;
  const force = env["FORCE_COLOR"];
  if (force !== undefined) return force !== "0" && force !== "false";
  if (env["TERM"] === "dumb") return false;
  return stream.isTTY === true;
}

/** Text in a style of the terminal's, or unchanged where colours are not wanted. */
export function paint(
  style: "red" | "yellow" | "green" | "cyan" | "bold" | "dim",
  text: string,
  color: boolean,
): string {
  return color ? styleText(style, text, { validateStream: false }) : text;
}
