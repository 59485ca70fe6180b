import { nearest } from "../errors/index.ts";

/** Factors of each unit; SI for kB, MB, GB, and IEC 80000-13 for KiB, MiB, GiB. */
export const byteUnits: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1000,
  KiB: 1024,
  MB: 1000 ** 2,
  MiB: 1024 ** 2,
  GB: 1000 ** 3,
  GiB: 1024 ** 3,
};

/** Factors of each unit of time, in milliseconds. */
export const timeUnits: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** What a quantity says, or why it says nothing. */
export type Quantity =
  | { readonly kind: "amount"; readonly amount: number }
  | { readonly kind: "problem"; readonly problem: string; readonly hint?: string | undefined };

/** "1 MiB", "64kB" or a number of bytes → whole bytes. */
export function parseBytes(value: string | number): Quantity {
  if (typeof value === "number") return whole(value, "a number of bytes");
  return quantity(value, byteUnits, 'a size like "1 MiB", "64 kB" or a number of bytes');
}

/** "500 ms", "1s", "5 min" → whole milliseconds; a bare number says no unit and is refused. */
export function parseMilliseconds(value: string | number): Quantity {
  const expected = 'a duration like "500 ms", "10 s" or "5 min"';
  if (typeof value === "number") {
    return { kind: "problem", problem: `expected ${expected}`, hint: `write the unit: "${value} ms" or "${value} s"` };
  }
  return quantity(value, timeUnits, expected);
}

function quantity(text: string, units: Readonly<Record<string, number>>, expected: string): Quantity {
  const match = /^(\d{1,15}(?:\.\d{1,9})?)\s*([a-z]*)$/i.exec(text.trim());
  if (match === null) return { kind: "problem", problem: `expected ${expected}` };
  const [, number = "", unit = ""] = match;
  const factor = Object.hasOwn(units, unit) ? units[unit] : undefined;
  if (factor === undefined) {
    const meant = nearest(unit, Object.keys(units));
    const hint =
      meant === undefined ? `units are ${Object.keys(units).join(", ")}` : `did you mean "${number} ${meant}"?`;
    return { kind: "problem", problem: `expected ${expected}`, hint };
  }
  return whole(Number(number) * factor, expected);
}

function whole(amount: number, expected: string): Quantity {
  if (!Number.isFinite(amount) || amount < 0) return { kind: "problem", problem: `expected ${expected}` };
  // 0.1 MiB is no whole number of bytes; nobody means the fraction.
  return { kind: "amount", amount: Math.round(amount) };
}
