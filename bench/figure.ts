/** One measured figure beside its bar, and beside a peer or a physical limit measured in the same run. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: "ms" | "MB" | "requests/s" | "calls/s" | "changes" | "requests";
  /** The bar: at most for times and sizes, at least a ratio for rates; undefined where there is none. */
  readonly bar?: { readonly atMost?: number; readonly atLeast?: number; readonly atLeastRatio?: number };
  /** What it is measured against, in the same unit. */
  readonly beside?: { readonly name: string; readonly value: number };
}

/** Whether the figure reaches its bar. */
export function reached(figure: Figure): boolean {
  const { atMost, atLeast, atLeastRatio } = figure.bar ?? {};
  // What could not be measured (NaN) is not reached either.
  if (atMost !== undefined && !(figure.value <= atMost)) return false;
  if (atLeast !== undefined && !(figure.value >= atLeast)) return false;
  return atLeastRatio === undefined || ratio(figure) >= atLeastRatio;
}

/** The figure divided by what stands beside it; NaN without one. */
export function ratio(figure: Figure): number {
  return figure.beside === undefined ? Number.NaN : figure.value / figure.beside.value;
}

/** A Markdown table of all figures. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.name,
    format(figure.value, figure.unit),
    bar(figure),
    figure.beside === undefined ? "" : `${figure.beside.name}: ${format(figure.beside.value, figure.unit)}`,
    figure.beside === undefined ? "" : ratio(figure).toFixed(2),
    reached(figure) ? "yes" : "NO",
  ]);
  const header = ["figure", "measured", "bar", "beside", "ratio", "reached"];
  return [header, header.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

/** The middle one of several measurements. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function bar(figure: Figure): string {
  const { atMost, atLeast, atLeastRatio } = figure.bar ?? {};
  if (atMost !== undefined) return `≤ ${format(atMost, figure.unit)}`;
  if (atLeast !== undefined) return `≥ ${format(atLeast, figure.unit)}`;
  return atLeastRatio === undefined ? "" : `ratio ≥ ${atLeastRatio}`;
}

function format(value: number, unit: Figure["unit"]): string {
  if (unit === "changes" || unit === "requests") return String(value);
  return `${value >= 100 ? Math.round(value) : value.toFixed(1)} ${unit}`;
}
