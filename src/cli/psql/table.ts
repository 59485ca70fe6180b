import { displayWidth, printable } from "../../errors/index.ts";
import type { ConsoleResult } from "../../postgres/index.ts";
import type { Paint } from "../paint.ts";

/** Oids of smallint, integer, bigint, oid, real, double precision, money and numeric: they stand at the right edge. */
const numeric: ReadonlySet<number> = new Set([20, 21, 23, 26, 700, 701, 790, 1700]);

/** A result as psql shows it: an aligned table with its number of rows, or the command tag where there is none. */
export function renderResult(result: ConsoleResult, paint: Paint): string {
  if (result.columns.length === 0) return paint.dim(result.tag);
  const cells = result.rows.map((row) => row.map((value) => (value ?? "").split("\n").map(printable)));
  const widths = result.columns.map((column, index) =>
    Math.max(displayWidth(column.name), ...cells.flatMap((row) => (row[index] ?? []).map(displayWidth)), 0),
  );
  const header = result.columns.map((column, index) => paint.bold(pad(column.name, widths[index] ?? 0, "center")));
  const rule = widths.map((width) => "─".repeat(width + 2)).join("┼");
  const lines = cells.flatMap((row) => rowLines(row, result.columns, widths, paint));
  const rows = result.rows.length;
  return [joined(header, paint), paint.dim(rule), ...lines, paint.dim(`(${rows} row${rows === 1 ? "" : "s"})`)].join(
    "\n",
  );
}

/** A row takes as many lines as its tallest cell. */
function rowLines(
  row: readonly (readonly string[])[],
  columns: ConsoleResult["columns"],
  widths: readonly number[],
  paint: Paint,
): readonly string[] {
  const height = Math.max(1, ...row.map((cell) => cell.length));
  return Array.from({ length: height }, (_, line) =>
    joined(
      columns.map((column, index) =>
        pad(row[index]?.[line] ?? "", widths[index] ?? 0, numeric.has(column.typeOid) ? "right" : "left"),
      ),
      paint,
    ),
  );
}

function joined(cells: readonly string[], paint: Paint): string {
  return ` ${cells.join(paint.dim(" │ "))}`.trimEnd();
}

function pad(text: string, width: number, align: "left" | "right" | "center"): string {
  const space = Math.max(0, width - displayWidth(text));
  if (align === "right") return " ".repeat(space) + text;
  const before = align === "center" ? Math.floor(space / 2) : 0;
  return " ".repeat(before) + text + " ".repeat(space - before);
}
