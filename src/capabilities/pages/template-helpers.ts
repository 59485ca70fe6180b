import Handlebars from "handlebars";

/** How values are written where a template says nothing else. */
export interface Formats {
  /** BCP 47, e.g. "en" or "de-CH". */
  readonly locale: string;
  /** IANA, e.g. "UTC" or "Europe/Berlin". */
  readonly timeZone: string;
}

type Helper = (...args: unknown[]) => unknown;

/** The helpers of templates by name; README.md lists them. The last argument of each is Handlebars' own options. */
export function templateHelpers(formats: Formats): Readonly<Record<string, Helper>> {
  return {
    eq: (left, right) => text(left) === text(right),
    ne: (left, right) => text(left) !== text(right),
    lt: (left, right) => compare(left, right) < 0,
    le: (left, right) => compare(left, right) <= 0,
    gt: (left, right) => compare(left, right) > 0,
    ge: (left, right) => compare(left, right) >= 0,
    not: (value) => !holds(value),
    and: (...args) => args.slice(0, -1).every(holds),
    or: (...args) => args.slice(0, -1).some(holds),
    default: (value, fallback) => (value === null || value === undefined || value === "" ? fallback : value),
    includes: (list, value) => listOf(list).some((item) => text(item) === text(value)),
    json: (value) => JSON.stringify(value ?? null),
    encode: (value) => encodeURIComponent(text(value)),
    date: (value, ...rest) => formatDate(value, formats, hashOf(rest)),
    number: (value, ...rest) => formatNumber(value, formats, hashOf(rest)),
  };
}

/** Helpers that the check puts in by itself; templates can't name them. */
export const innerHelpers: Readonly<Record<string, Helper>> = {
  "@url": (value) => safeUrl(text(value)),
  "@script": (value) => new Handlebars.SafeString(scriptJson(value)),
};

/** Schemes that an address made from data may have; data: only as an image. */
const safeScheme = /^(?:https?|mailto|tel|sms|geo):|^data:image\/(?:png|jpe?g|gif|webp|avif)[;,]/i;

/** The address, or "#" where its scheme could run code: whatever has a colon before any of / ? #. */
export function safeUrl(address: string): string {
  const trimmed = address.replaceAll(/[\s\p{Cc}]/gu, "");
  const colon = trimmed.search(/[:/?#]/);
  if (colon === -1 || trimmed.charAt(colon) !== ":" || safeScheme.test(trimmed)) return address;
  return "#";
}

/** JSON that can stand inside of <script>: no "<" that could end it, no line ends that are none in JSON. */
function scriptJson(value: unknown): string {
  return JSON.stringify(value ?? null).replaceAll(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function text(value: unknown): string {
  if (typeof value === "string") return value;
  return value === null || value === undefined ? "" : JSON.stringify(value);
}

/** Numbers as numbers, also where they arrived as text because a double can't hold them; the rest by code points. */
function compare(left: unknown, right: unknown): number {
  const [one, other] = [text(left), text(right)];
  const numeric = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i;
  if (numeric.test(one) && numeric.test(other)) return Number(one) - Number(other);
  return one < other ? -1 : one > other ? 1 : 0;
}

/** A list, or the JSON text of one, as a form's repeated fields come back. */
function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value as readonly unknown[];
  if (typeof value !== "string" || !value.startsWith("[")) return [];
  try {
    return JSON.parse(value) as readonly unknown[];
  } catch {
    // Text that only looks like a list.
    return [];
  }
}

/** What {{#if}} takes for true. */
function holds(value: unknown): boolean {
  return Boolean(value) && !Handlebars.Utils.isEmpty(value);
}

function hashOf(rest: readonly unknown[]): Readonly<Record<string, unknown>> {
  return (rest.at(-1) as { readonly hash: Readonly<Record<string, unknown>> }).hash;
}

/**
 * A date or timestamp as Postgres writes it into JSON. With an offset it is a moment, shown in the time zone; without
 * one it is what a calendar or clock on the wall says, and is shown unchanged.
 */
function formatDate(value: unknown, formats: Formats, hash: Readonly<Record<string, unknown>>): string {
  const written = text(value);
  const parts = /^(\d{4,6}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d(?::?\d\d)?)?)?$/.exec(written);
  if (!parts) return written;
  const [, day = "", time, offset] = parts;
  const date = new Date(`${day}T${time ?? "00:00"}${offset === undefined ? "Z" : isoOffset(offset)}`);
  if (Number.isNaN(date.getTime())) return written;
  const { locale, timeZone, ...style } = hash;
  const styled = Object.keys(style).length > 0;
  const standard = time === undefined ? { dateStyle: "medium" } : { dateStyle: "medium", timeStyle: "short" };
  return dateFormat(locale === undefined ? formats.locale : text(locale), {
    ...(styled ? style : standard),
    timeZone: offset === undefined ? "UTC" : timeZone === undefined ? formats.timeZone : text(timeZone),
  }).format(date);
}

function isoOffset(offset: string): string {
  return /^[+-]\d\d$/.test(offset) ? `${offset}:00` : offset;
}

/** A number in the locale's writing; digits beyond a double's are kept, since they arrive as text. */
function formatNumber(value: unknown, formats: Formats, hash: Readonly<Record<string, unknown>>): string {
  const written = text(value);
  if (!/^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(written)) return written;
  const { locale, ...style } = hash;
  return numberFormat(locale === undefined ? formats.locale : text(locale), style).format(written as `${number}`);
}

// Making a format takes some 30 µs, formatting with it one.
const kept = new Map<string, Intl.DateTimeFormat | Intl.NumberFormat>();

function dateFormat(locale: string, options: object): Intl.DateTimeFormat {
  return keep(`date ${locale} ${JSON.stringify(options)}`, () => new Intl.DateTimeFormat(locale, options));
}

function numberFormat(locale: string, options: object): Intl.NumberFormat {
  return keep(`number ${locale} ${JSON.stringify(options)}`, () => new Intl.NumberFormat(locale, options));
}

function keep<Format extends Intl.DateTimeFormat | Intl.NumberFormat>(key: string, make: () => Format): Format {
  const found = kept.get(key) as Format | undefined;
  if (found) return found;
  // Locales may come from data: the map must not grow with them.
  if (kept.size > 500) kept.clear();
  const made = make();
  kept.set(key, made);
  return made;
}
