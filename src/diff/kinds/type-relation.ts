import type { TypeName } from "./type-name.ts";

/** What a value is, and what it shall be. */
export type Ends = readonly [TypeName, TypeName];

/** True where assigning converts by itself: ALTER … TYPE needs no USING. */
export function isAssignable(source: TypeName, target: TypeName): boolean {
  if (isText(target)) return true;
  if (source.array !== target.array) return false;
  if (source.base === target.base || (isNumber(source) && isNumber(target))) return true;
  return assignments.has(`${source.base} > ${target.base}`);
}

/** True where Postgres has a cast that has to be written. */
export function isExplicit(source: TypeName, target: TypeName): boolean {
  return source.array === target.array && explicit.has(`${source.base} > ${target.base}`);
}

/** True where every value of the one has its like in the other, and casting keeps none exactly: rounds, cuts. */
export function isCoarser(source: TypeName, target: TypeName): boolean {
  if (isNumber(source) && isNumber(target)) return isCoarserNumber(source, target);
  if (isText(source) && target.base === "name") return source.base !== "name" && !fitsName(source);
  if (source.base !== target.base) return drops.has(`${source.base} > ${target.base}`);
  return times.has(source.base) && precisionOf(target) < precisionOf(source);
}

function isCoarserNumber(source: TypeName, target: TypeName): boolean {
  if (isInteger(source)) {
    const digits = { real: 6, "double precision": 15 }[target.base];
    return digits !== undefined && integers.indexOf(source.base) >= (digits === 6 ? 1 : 2);
  }
  const scale = isInteger(target) ? 0 : target.modifiers[1];
  if (isInteger(target) || (target.base === "numeric" && target.modifiers.length > 0)) {
    return source.base !== "numeric" || source.modifiers.length === 0 || (source.modifiers[1] ?? 0) > (scale ?? 0);
  }
  if (target.base === "numeric") return false;
  return source.base === "numeric" || (source.base === "double precision" && target.base === "real");
}

/** 63 bytes, of which a character takes up to four. */
function fitsName({ base, modifiers: [length = 1] }: TypeName): boolean {
  return ["character varying", "character"].includes(base) && 4 * length <= 63;
}

function precisionOf({ modifiers }: TypeName): number {
  return modifiers[0] ?? 6;
}

/** True from one width of integers to the same or a greater one. */
export function isWidened(source: TypeName, target: TypeName): boolean {
  return isInteger(source) && integers.indexOf(source.base) <= integers.indexOf(target.base);
}

/** True for the three widths of integers. */
export function isInteger({ base, array }: TypeName): boolean {
  return !array && integers.includes(base);
}

/** True for what can be computed with; money apart. */
export function isNumber({ base }: TypeName): boolean {
  return integers.includes(base) || ["numeric", "real", "double precision"].includes(base);
}

/** True for types that are texts themselves. */
export function isText({ base, array }: TypeName): boolean {
  return !array && ["text", "character varying", "character", "name"].includes(base);
}

const integers: readonly string[] = ["smallint", "integer", "bigint"];
const date = "date";
const time = "time without time zone";
const timetz = "time with time zone";
const timestamp = "timestamp without time zone";
const timestamptz = "timestamp with time zone";
const times: ReadonlySet<string> = new Set([date, time, timetz, timestamp, timestamptz, "interval"]);

/**
 * Types of which the second leaves something of the first away: the time, the days, the host's bits, the number, keys that come
 * twice.
 */
const drops: ReadonlySet<string> = new Set([
  ...[timestamp, timestamptz].flatMap((from) => [date, time, timetz].map((to) => `${from} > ${to}`)),
  ...[
    `${timetz} > ${time}`,
    `interval > ${time}`,
    "inet > cidr",
    "numeric > money",
    "integer > boolean",
    "json > jsonb",
  ],
]);

/** pg_cast's implicit and assignment casts between what is neither number nor text. */
const assignments: ReadonlySet<string> = new Set([
  ...[timestamp, timestamptz].map((to) => `${date} > ${to}`),
  ...[date, time, timestamptz].map((to) => `${timestamp} > ${to}`),
  ...[date, time, timetz, timestamp].map((to) => `${timestamptz} > ${to}`),
  ...[timetz, "interval"].map((to) => `${time} > ${to}`),
  ...[`${timetz} > ${time}`, `interval > ${time}`],
  ...["json > jsonb", "jsonb > json", "bit > bit varying", "bit varying > bit", "inet > cidr", "cidr > inet"],
  ...["macaddr > macaddr8", "macaddr8 > macaddr"],
  ...["money > numeric", "numeric > money", "integer > money", "bigint > money"],
]);

/** pg_cast's explicit casts. */
const explicit: ReadonlySet<string> = new Set([
  ...["integer > boolean", "boolean > integer", "integer > bit", "bigint > bit", "bit > integer", "bit > bigint"],
  ...["boolean", "numeric", "smallint", "integer", "bigint", "real", "double precision"].map((to) => `jsonb > ${to}`),
]);
