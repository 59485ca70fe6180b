/** JSON without loss: a number that JavaScript can't hold is a bigint where it is whole, its text otherwise. */
export function parseExact(text: string): unknown {
  return JSON.parse(text, exact);
}

function exact(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== "number" || context?.source === undefined) return value;
  const { source } = context;
  if (/^-?\d+$/.test(source)) return Number.isSafeInteger(value) ? value : BigInt(source);
  return source.replace(/[-.]/g, "").replace(/[eE].*/, "").length > 17 ? source : value;
}

interface ValueShape {
  readonly form: string;
  readonly array: boolean;
  readonly variadic?: boolean;
  readonly absent?: boolean;
}

/** The arguments of a call as its function expects them. Where a null means that nothing was given, its default applies. */
export function decodeArguments(values: readonly unknown[], shapes: readonly ValueShape[]): readonly unknown[] {
  if (shapes.length === 0) return values;
  const decoded = shapes.map((shape, index) => {
    const value = values[index] ?? null;
    if (value === null && shape.absent === true) return undefined;
    if (shape.array && Array.isArray(value)) return value.map((item: unknown) => decode(item, shape.form));
    return decode(value, shape.form);
  });
  const last = shapes.at(-1);
  const rest = decoded.at(-1);
  return last?.variadic === true && Array.isArray(rest) ? [...decoded.slice(0, -1), ...(rest as unknown[])] : decoded;
}

function decode(value: unknown, form: string): unknown {
  if (value === null) return null;
  switch (form) {
    case "number":
      return Number(value);
    case "bigint":
      return BigInt(value as string);
    case "date":
      return new Date(value as string);
    case "bytes":
      return bytesOf(value as string);
    default:
      return value;
  }
}

/** What a function returned, as JSON text for Postgres; a set's rows, which may come one by one, as an array. */
export async function encodeLater(value: unknown, result: string, values: readonly unknown[]): Promise<string> {
  const isAsync = result === "set" && typeof value === "object" && value !== null && Symbol.asyncIterator in value;
  if (!isAsync) return encodeResult(value, result, values);
  const rows: unknown[] = [];
  for await (const row of value as AsyncIterable<unknown>) rows.push(row);
  return stringify(rows);
}

/** The same where nothing can be waited for. */
export function encodeResult(value: unknown, result: string, values: readonly unknown[]): string {
  switch (result) {
    case "void":
      return "null";
    case "set":
      return stringify(rowsOf(value));
    case "trigger": {
      // What was changed in place counts where nothing is returned.
      const event = values[0] as { readonly new: unknown; readonly old: unknown };
      return stringify(value === undefined ? (event.new ?? event.old) : value);
    }
    default:
      return stringify(value);
  }
}

function rowsOf(value: unknown): readonly unknown[] {
  if (typeof value === "object" && value !== null && Symbol.iterator in value) return [...(value as Iterable<unknown>)];
  throw new TypeError("the function has to return rows: an array, or a generator");
}

/** As Postgres writes bytea: \\x0a0b. */
export function hexOf(bytes: Uint8Array): string {
  return `\\x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from({ length: hex.length / 2 - 1 }, (_, index) =>
    parseInt(hex.slice(2 * index + 2, 2 * index + 4), 16),
  );
}

// Newer than the library of types that is compiled against, and than QuickJS.
const { rawJSON } = JSON as unknown as { readonly rawJSON?: (text: string) => unknown };

/** JSON with what it lacks: bigint, bytes (as Postgres writes them), NaN, maps. */
export function stringify(value: unknown): string {
  const text = JSON.stringify(
    value ?? null,
    function (this: Readonly<Record<string, unknown>>, key: string, item: unknown) {
      // Buffer has its own toJSON, which has run by now.
      const original = this[key];
      if (original instanceof Uint8Array) return hexOf(original);
      if (typeof item === "bigint") return rawJSON?.(String(item)) ?? String(item);
      if (typeof item === "number" && !Number.isFinite(item)) return String(item);
      return item instanceof Map ? Object.fromEntries(item) : item;
    },
  );
  return text ?? "null";
}
