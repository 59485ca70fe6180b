import type { Position } from "./app-error.ts";
import { paint } from "./color.ts";
import { cutToWidth, displayWidth, printable } from "./printable.ts";
import { redact } from "./redact.ts";

const CONTEXT_LINES = 2;
const BEFORE_CARET = 60;
const WIDEST_LINE = 100;

/**
 * The lines around a position, the line itself marked and a caret under its column; "" when there is no such line.
 *
 *     > 3 | postgre = "18"
 *         | ^
 */
export function codeFrame(
  source: string,
  position: Pick<Position, "line" | "column">,
  options: { readonly color?: boolean } = {},
): string {
  const lines = source.split(/\r\n|\n|\r/);
  const target = lines[position.line - 1];
  if (target === undefined) return "";
  const first = Math.max(1, position.line - CONTEXT_LINES);
  const last = Math.min(lastLine(lines), position.line + CONTEXT_LINES);
  const gutter = String(last).length;
  const color = options.color ?? false;
  const frame: string[] = [];
  for (let number = first; number <= Math.max(last, position.line); number++) {
    if (number !== position.line) {
      frame.push(paint("dim", `  ${String(number).padStart(gutter)} | ${cutLine(lines[number - 1] ?? "")}`, color));
      continue;
    }
    const { text, caret } = markedLine(target, position.column);
    frame.push(`${paint("red", ">", color)} ${String(number).padStart(gutter)} | ${text}`);
    frame.push(`  ${" ".repeat(gutter)} | ${" ".repeat(caret)}${paint("red", "^", color)}`);
  }
  return frame.map((line) => line.trimEnd()).join("\n");
}

// A final newline ends the last line; it does not start another one.
function lastLine(lines: readonly string[]): number {
  return lines.at(-1) === "" ? lines.length - 1 : lines.length;
}

function cutLine(line: string): string {
  const text = printable(redact(line));
  return displayWidth(text) <= WIDEST_LINE ? text : `${cutToWidth(text, WIDEST_LINE - 1, "start")}…`;
}

function markedLine(line: string, column: number): { readonly text: string; readonly caret: number } {
  const characters = Array.from(line);
  const split = Math.min(Math.max(column - 1, 0), characters.length);
  const whole = printable(redact(line));
  let before = printable(redact(characters.slice(0, split).join("")));
  // Inside a password the halves don't add up to the redacted line: the caret goes to where it begins.
  if (!whole.startsWith(before)) before = commonStart(whole, before);
  const after = whole.slice(before.length);
  const start = displayWidth(before) <= BEFORE_CARET ? before : `…${cutToWidth(before, BEFORE_CARET - 1, "end")}`;
  const room = WIDEST_LINE - displayWidth(start);
  const end = displayWidth(after) <= room ? after : `${cutToWidth(after, room - 1, "start")}…`;
  return { text: start + end, caret: displayWidth(start) };
}

function commonStart(left: string, right: string): string {
  let length = 0;
  while (length < right.length && left[length] === right[length]) length++;
  return left.slice(0, length);
}
