import { AppError, AppErrors, didYouMean, type ErrorCode } from "../errors/index.ts";
import type { RawSettings } from "./config.ts";
import { UnresolvedReference } from "./reference.ts";
import type {
  Checked,
  StringKey,
  StringsKey,
  TableKey,
  TableKeys,
  TableKeySpec,
  TablesKey,
  ValueProblem,
} from "./table-keys.ts";
import { parseBytes, parseMilliseconds, type Quantity } from "./unit.ts";

/**
 * A table of howdah.toml against the keys that it may have: every value in its own type, defaults filled in.
 *
 * The whole table is checked; throws AppErrors with one WD102 for each unknown key (with the nearest known one) and
 * one WD103 for each wrong value, at their places.
 *
 *     const settings = checkTable(raw, {
 *       limit: { type: "integer", default: 20, min: 1, describe: "Rows of a page." },
 *       max_age: { type: "milliseconds", default: "1 h", describe: "How long browsers keep an asset." },
 *     });
 *     settings.max_age; // 3600000
 */
export function checkTable<const Keys extends TableKeys>(raw: RawSettings, keys: Keys): Checked<Keys> {
  const problems: AppError[] = [];
  const checked = collectTable(raw, keys, problems);
  throwProblems(problems);
  return checked as Checked<Keys>;
}

/** As `checkTable`, but adds the problems to a list; what is wrong is left out of the result. */
export function collectTable<const Keys extends TableKeys>(
  raw: RawSettings,
  keys: Keys,
  problems: AppError[],
): Partial<Checked<Keys>> {
  return new Checker(raw, problems).table(raw.value, keys, []) as Partial<Checked<Keys>>;
}

/** Throws what was found, in the order of the file; returns when nothing was. */
export function throwProblems(problems: readonly AppError[]): void {
  const places = problems.toSorted((left, right) => {
    const byLine = (left.position?.line ?? 0) - (right.position?.line ?? 0);
    return byLine === 0 ? (left.position?.column ?? 0) - (right.position?.column ?? 0) : byLine;
  });
  const [first, ...rest] = places;
  if (first !== undefined) throw new AppErrors([first, ...rest]);
}

type Path = readonly string[];

class Checker {
  readonly #raw: RawSettings;
  readonly #problems: AppError[];

  constructor(raw: RawSettings, problems: AppError[]) {
    this.#raw = raw;
    this.#problems = problems;
  }

  table(value: Readonly<Record<string, unknown>>, keys: TableKeys, path: Path): Record<string, unknown> {
    for (const name of Object.keys(value)) {
      if (!Object.hasOwn(keys, name)) this.#unknown([...path, name], Object.keys(keys));
    }
    const entries = Object.entries(keys).map(([name, key]) => {
      const given = Object.hasOwn(value, name) ? value[name] : undefined;
      return [
        name,
        given === undefined ? this.#absent(key, [...path, name]) : this.#value(given, key, [...path, name]),
      ];
    });
    return Object.fromEntries(entries) as Record<string, unknown>;
  }

  #absent(key: TableKeySpec, path: Path): unknown {
    if (key.required === true) {
      const position = this.#raw.position(path.slice(0, -1));
      this.#problems.push(
        new AppError("WD103", `"${this.#name(path)}" is missing`, {
          position,
          source: this.#raw.source,
          detail: key.describe,
        }),
      );
      return undefined;
    }
    switch (key.type) {
      case "map":
      case "tables":
        return {};
      case "table":
        return key.optional === true ? undefined : this.table({}, key.keys, path);
      case "bytes":
        return key.default === undefined ? undefined : amount(parseBytes(key.default));
      case "milliseconds":
        return key.default === undefined ? undefined : amount(parseMilliseconds(key.default));
      default:
        return key.default;
    }
  }

  #value(value: unknown, key: TableKeySpec, path: Path): unknown {
    switch (key.type) {
      case "string":
        return this.#string(value, key, path);
      case "integer":
        return this.#integer(value, key, path);
      case "boolean":
        return typeof value === "boolean" ? value : this.#wrong(path, { problem: "expected true or false" });
      case "bytes":
        return this.#quantity(value, parseBytes, path);
      case "milliseconds":
        return this.#quantity(value, parseMilliseconds, path);
      case "strings":
        return this.#strings(value, key, path);
      case "map":
        return this.#map(value, path);
      case "table":
        return this.#inner(value, key, path);
      case "tables":
        return this.#tables(value, key, path);
    }
  }

  #string(value: unknown, key: StringKey, path: Path): unknown {
    if (value instanceof UnresolvedReference) return "";
    if (typeof value !== "string") {
      const hint = typeof value === "number" ? `write it in quotes: "${value}"` : undefined;
      return this.#wrong(path, { problem: `expected ${aString(key)}`, hint });
    }
    if (key.choices !== undefined && !key.choices.includes(value)) {
      return this.#wrong(path, { problem: `expected ${oneOf(key.choices)}`, hint: didYouMean(value, key.choices) });
    }
    const problem = key.check?.(value);
    return problem === undefined ? value : this.#wrong(path, problem, key.secret === true ? undefined : value);
  }

  #integer(value: unknown, key: TableKeySpec & { readonly type: "integer" }, path: Path): unknown {
    const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = key;
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= min && value <= max) return value;
    return this.#wrong(path, { problem: `expected a whole number${range(key.min, key.max)}` });
  }

  #quantity(value: unknown, parse: (value: string | number) => Quantity, path: Path): unknown {
    if (value instanceof UnresolvedReference) return 0;
    const quantity = parse(typeof value === "string" || typeof value === "number" ? value : "");
    return quantity.kind === "amount" ? quantity.amount : this.#wrong(path, quantity);
  }

  #strings(value: unknown, key: StringsKey, path: Path): unknown {
    if (!Array.isArray(value)) return this.#wrong(path, { problem: "expected an array of strings" });
    const item: StringKey = { type: "string", describe: key.describe, ...(key.check && { check: key.check }) };
    return value.map((each: unknown, index) => this.#string(each, item, [...path, String(index)]));
  }

  #map(value: unknown, path: Path): unknown {
    if (!isTable(value)) return this.#wrong(path, { problem: "expected a table of names and values" });
    const entries = Object.entries(value).map(([name, each]) => {
      if (each instanceof UnresolvedReference) return [name, ""] as const;
      const plain = typeof each === "string" || typeof each === "number" || typeof each === "boolean";
      if (!plain) this.#wrong([...path, name], { problem: "expected a string, a number or true or false" });
      return [name, String(each)] as const;
    });
    return Object.fromEntries(entries);
  }

  #inner(value: unknown, key: TableKey, path: Path): unknown {
    if (isTable(value)) return this.table(value, key.keys, path);
    const short = key.short === undefined ? undefined : key.keys[key.short];
    if (key.short === undefined || short === undefined || Array.isArray(value)) {
      return this.#wrong(path, { problem: "expected a table" });
    }
    return { ...this.table({}, key.keys, path), [key.short]: this.#value(value, short, path) };
  }

  #tables(value: unknown, key: TablesKey, path: Path): unknown {
    if (!isTable(value)) return this.#wrong(path, { problem: "expected a table of tables" });
    const entries = Object.entries(value).map(([name, each]) => {
      const inner = [...path, name];
      return [
        name,
        isTable(each) ? this.table(each, key.keys, inner) : this.#wrong(inner, { problem: "expected a table" }),
      ];
    });
    return Object.fromEntries(entries) as unknown;
  }

  #unknown(path: Path, known: readonly string[]): void {
    const table = this.#name(path.slice(0, -1));
    const where = table === "" ? this.#raw.position([]).file : `[${table}]`;
    const name = path.at(-1) ?? "";
    this.#problems.push(
      new AppError("WD102", `unknown key "${name}" in ${where}`, {
        position: this.#raw.position(path),
        source: this.#raw.source,
        hint: didYouMean(name, known) ?? `known keys: ${known.toSorted().join(", ")}`,
      }),
    );
  }

  #wrong(path: Path, { problem, hint, code }: ValueProblem, value?: string): undefined {
    const shown = value === undefined ? "" : `, not ${JSON.stringify(value)}`;
    const located: ErrorCode = code ?? "WD103";
    this.#problems.push(
      new AppError(located, `"${this.#name(path)}": ${problem}${shown}`, {
        position: this.#raw.valuePosition?.(path) ?? this.#raw.position(path),
        source: this.#raw.source,
        hint,
      }),
    );
    return undefined;
  }

  #name(path: Path): string {
    const start = this.#raw.name === undefined || this.#raw.name === "" ? [] : [this.#raw.name];
    return [...start, ...path].join(".");
  }
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return !(value instanceof Date) && !(value instanceof UnresolvedReference);
}

function amount(quantity: Quantity): number {
  return quantity.kind === "amount" ? quantity.amount : Number.NaN;
}

function aString(key: StringKey): string {
  return key.choices === undefined ? "a string" : oneOf(key.choices);
}

function oneOf(choices: readonly string[]): string {
  const quoted = choices.map((choice) => `"${choice}"`);
  return quoted.length < 2 ? quoted.join() : `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`;
}

function range(min: number | undefined, max: number | undefined): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  if (min !== undefined) return ` of at least ${min}`;
  return max === undefined ? "" : ` of at most ${max}`;
}
