import { displayWidth } from "../errors/index.ts";
import { stripVTControlCharacters } from "node:util";

/** Text broken at spaces so that no line is longer than `width`, where words allow; paragraphs stay apart. */
export function wrap(text: string, width: number): string {
  return text
    .split("\n")
    .map((line) => wrapLine(line, width))
    .join("\n");
}

function wrapLine(line: string, width: number): string {
  const lines: string[] = [];
  let current = "";
  for (const word of line.split(" ")) {
    const longer = current === "" ? word : `${current} ${word}`;
    if (longer.length > width && current !== "") {
      lines.push(current);
      current = word;
    } else current = longer;
  }
  return [...lines, current].join("\n");
}

/** Rows of cells as lines, each column as wide as its longest cell; the last one is not padded. */
export function columns(rows: readonly (readonly string[])[], gap = "  "): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, index) => (widths[index] = Math.max(widths[index] ?? 0, widthOf(cell))));
  return rows.map((row) =>
    row
      .map((cell, index) => (index === row.length - 1 ? cell : cell + " ".repeat((widths[index] ?? 0) - widthOf(cell))))
      .join(gap)
      .trimEnd(),
  );
}

function widthOf(cell: string): number {
  return displayWidth(stripVTControlCharacters(cell));
}

/** "1 migration", "3 migrations". */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** "85 ms", "1.2 s", "3 min 4 s". */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  return `${Math.floor(milliseconds / 60_000)} min ${Math.round((milliseconds % 60_000) / 1000)} s`;
}

/** "840 B", "12 KiB", "3.4 MiB". */
export function bytes(number: number): string {
  if (number < 1024) return `${number} B`;
  if (number < 1024 ** 2) return `${Math.round(number / 1024)} KiB`;
  return number < 1024 ** 3 ? `${(number / 1024 ** 2).toFixed(1)} MiB` : `${(number / 1024 ** 3).toFixed(1)} GiB`;
}
