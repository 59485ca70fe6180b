import { AppError } from "../errors/index.ts";

/** One step into the claims. */
type Step =
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "index"; readonly index: number }
  | { readonly kind: "every" }
  | { readonly kind: "filter"; readonly operator: Comparison; readonly text: string };

type Comparison = "==" | "!=" | "^==" | "==^" | "*==";

export type ClaimPath = readonly Step[];

/**
 * Where a claim stands: a JSONPath (RFC 9535: `$.roles[0]`, `$['a b'].c`, `$.roles[?@ == "x"]`), or PostgREST's older
 * form without the `$`, which also knows `^==` (begins with), `==^` (ends with) and `*==` (contains). Throws WD621.
 */
export function parseClaimPath(text: string): ClaimPath {
  const steps: Step[] = [];
  let rest = text.startsWith("$") ? text.slice(1) : text;
  if (rest === text && text === "") throw unreadable(text, 0);
  while (rest !== "") {
    const read = readStep(rest);
    if (read === null) throw unreadable(text, text.length - rest.length);
    steps.push(read.step);
    rest = rest.slice(read.length);
  }
  return steps;
}

const forms: readonly (readonly [RegExp, (match: RegExpExecArray) => Step])[] = [
  [/^\.\*/, () => ({ kind: "every" })],
  [/^\.([\p{L}\p{N}_$@]+)/u, ([, name = ""]) => ({ kind: "name", name })],
  [/^\."([^"]*)"/, ([, name = ""]) => ({ kind: "name", name })],
  [/^\[\s*(-?\d+)\s*\]/, ([, index]) => ({ kind: "index", index: Number(index) })],
  [/^\[\s*\*\s*\]/, () => ({ kind: "every" })],
  [/^\[\s*"((?:[^"\\]|\\.)*)"\s*\]/, ([, name = ""]) => ({ kind: "name", name: unescape(name) })],
  [/^\[\s*'((?:[^'\\]|\\.)*)'\s*\]/, ([, name = ""]) => ({ kind: "name", name: unescape(name) })],
  [
    /^\[\s*\?\s*\(?\s*@\s*(==\^|\^==|\*==|==|!=)\s*(?:"([^"]*)"|'([^']*)')\s*\)?\s*\]/,
    ([, operator, double, single]) => ({
      kind: "filter",
      operator: operator as Comparison,
      text: double ?? single ?? "",
    }),
  ],
];

function readStep(text: string): { readonly step: Step; readonly length: number } | null {
  for (const [form, toStep] of forms) {
    const match = form.exec(text);
    if (match !== null) return { step: toStep(match), length: match[0].length };
  }
  return null;
}

function unescape(text: string): string {
  return text.replace(/\\(.)/gs, "$1");
}

/** The first value there, undefined where there is none. */
export function valueAt(claims: unknown, path: ClaimPath): unknown {
  let values: readonly unknown[] = [claims];
  for (const step of path) values = values.flatMap((value) => take(value, step));
  return values[0];
}

function take(value: unknown, step: Step): readonly unknown[] {
  if (typeof value !== "object" || value === null) return [];
  if (step.kind === "name") {
    return !Array.isArray(value) && Object.hasOwn(value, step.name)
      ? [(value as Record<string, unknown>)[step.name]]
      : [];
  }
  if (step.kind === "every") return Object.values(value);
  if (!Array.isArray(value)) return [];
  const values: readonly unknown[] = value;
  if (step.kind === "index") return values.length === 0 ? [] : values.slice(step.index).slice(0, 1);
  return values.filter((entry) => typeof entry === "string" && matches(entry, step.operator, step.text));
}

function matches(entry: string, operator: Comparison, text: string): boolean {
  switch (operator) {
    case "==":
      return entry === text;
    case "!=":
      return entry !== text;
    case "^==":
      return entry.startsWith(text);
    case "==^":
      return entry.endsWith(text);
    case "*==":
      return entry.includes(text);
  }
}

function unreadable(text: string, at: number): AppError {
  return new AppError("WD621", "the path to the role in the claims can't be read", {
    detail: `failed to parse role-claim-key value (${text}) at column ${at + 1}`,
    hint: 'write it like $.role, $.roles[0] or $.roles[?@ == "admin"]',
  });
}
