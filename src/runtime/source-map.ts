/** A place in a source, from 1. */
export interface Origin {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/**
 * Where a place of generated code (line and column from 1) comes from, by its source map (version 3); a database's
 * JavaScript has nobody who would know.
 */
export function originOf(map: string, line: number, column: number): Origin | undefined {
  const { sources, mappings } = JSON.parse(map) as { readonly sources: readonly string[]; readonly mappings: string };
  let [source, row, place] = [0, 0, 0];
  let found: Origin | undefined;
  for (const [index, group] of mappings.split(";").slice(0, line).entries()) {
    let generated = 0;
    for (const segment of group.split(",")) {
      const [step = 0, sourceStep, rowStep = 0, placeStep = 0] = numbersOf(segment);
      generated += step;
      if (sourceStep === undefined) continue;
      source += sourceStep;
      row += rowStep;
      place += placeStep;
      if (index < line - 1 || generated > column - 1) continue;
      found = { file: sources[source] ?? "", line: row + 1, column: place + 1 };
    }
  }
  return found;
}

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Variable-length quantities in base 64. */
function numbersOf(segment: string): readonly number[] {
  const numbers: number[] = [];
  let [value, shift] = [0, 0];
  for (const char of segment) {
    const digit = digits.indexOf(char);
    value += (digit & 31) << shift;
    shift += 5;
    if (digit >= 32) continue;
    numbers.push(value % 2 === 1 ? -(value >> 1) : value >> 1);
    [value, shift] = [0, 0];
  }
  return numbers;
}
