/** A sequence as sql/sequence.sql reads it; what is absent is as usual for its type and direction. */
export interface SequenceOptions {
  /** Absent for an identity column's: that of the column. */
  readonly type?: string;
  readonly increment?: string;
  readonly min?: string;
  readonly max?: string;
  readonly start?: string;
  readonly cache?: string;
  readonly cycle?: true;
  readonly unlogged?: true;
}

/** ` as integer increment by 5 minvalue 0`, with the space before it; empty where all is as usual. */
export function sequenceOptions({ type, increment, min, max, start, cache, cycle }: SequenceOptions): string {
  return [
    type === undefined || type === "bigint" ? "" : ` as ${type}`,
    increment === undefined ? "" : ` increment by ${increment}`,
    min === undefined ? "" : ` minvalue ${min}`,
    max === undefined ? "" : ` maxvalue ${max}`,
    start === undefined ? "" : ` start with ${start}`,
    cache === undefined ? "" : ` cache ${cache}`,
    cycle === undefined ? "" : " cycle",
  ].join("");
}

/** What follows ALTER SEQUENCE public.s; empty where nothing differs. */
export function changedSequenceOptions(from: SequenceOptions, to: SequenceOptions): string {
  const turned = isTurned(from, to);
  const isSame = (name: keyof SequenceOptions): boolean => from[name] === to[name];
  return [
    isSame("type") ? "" : ` as ${to.type ?? "bigint"}`,
    isSame("increment") ? "" : ` increment by ${to.increment ?? "1"}`,
    isSame("min") && !turned ? "" : bound("minvalue", to.min),
    isSame("max") && !turned ? "" : bound("maxvalue", to.max),
    startOf(from) === startOf(to) ? "" : ` start with ${startOf(to)}`,
    // Where it stands may be nowhere on the other side.
    turned ? " restart" : "",
    isSame("cache") ? "" : ` cache ${to.cache ?? "1"}`,
    isSame("cycle") ? "" : to.cycle === undefined ? " no cycle" : " cycle",
  ].join("");
}

/** True where it counts the other way. */
export function isTurned(from: SequenceOptions, to: SequenceOptions): boolean {
  return isDescending(from) !== isDescending(to);
}

function bound(word: string, value: string | undefined): string {
  return value === undefined ? ` no ${word}` : ` ${word} ${value}`;
}

/** The least and the greatest value that it can give. */
export function sequenceBounds(options: SequenceOptions): readonly [string, string] {
  const [least, greatest] = widths[options.type ?? "bigint"] ?? widths["bigint"] ?? ["", ""];
  return isDescending(options)
    ? [options.min ?? least, options.max ?? "-1"]
    : [options.min ?? "1", options.max ?? greatest];
}

function startOf(options: SequenceOptions): string {
  const [least, greatest] = sequenceBounds(options);
  return options.start ?? (isDescending(options) ? greatest : least);
}

/** True where it counts down. */
export function isDescending({ increment }: SequenceOptions): boolean {
  return increment?.startsWith("-") === true;
}

const widths: Readonly<Record<string, readonly [string, string]>> = {
  smallint: ["-32768", "32767"],
  integer: ["-2147483648", "2147483647"],
  bigint: ["-9223372036854775808", "9223372036854775807"],
};
