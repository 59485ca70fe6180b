import type { Failure } from "./message.ts";

/** A query of a function failed; its fields are Postgres's. */
export class SqlError extends Error {
  override readonly name = "SqlError";
  readonly fields: Failure;

  constructor(fields: Failure) {
    super(fields.message);
    this.fields = fields;
  }

  /** SQLSTATE, e.g. "23505". */
  get code(): string {
    return this.fields.code ?? "";
  }

  get detail(): string | undefined {
    return this.fields.detail;
  }

  get hint(): string | undefined {
    return this.fields.hint;
  }

  get constraint(): string | undefined {
    return this.fields.constraint;
  }

  get table(): string | undefined {
    return this.fields.table;
  }
}

/** Whatever a function threw, as an error of SQL with the function's own lines, which `frames` reads from a stack. */
export function failureOf(thrown: unknown, frames: (stack: string) => readonly string[]): Failure {
  const lines = thrown instanceof Error ? frames(thrown.stack ?? "") : [];
  if (thrown instanceof SqlError) {
    return { ...thrown.fields, where: [...innerLines(thrown.fields.where ?? ""), ...lines].join("\n") };
  }
  if (!(thrown instanceof Error)) return { message: String(thrown) };
  const { code, detail, hint } = thrown as Error & Readonly<Record<string, unknown>>;
  return {
    code:
      typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) ? code : mistakes.has(thrown.name) ? "38000" : undefined,
    message: thrown.name === "Error" ? thrown.message : `${thrown.name}: ${thrown.message}`,
    detail: typeof detail === "string" ? detail : undefined,
    hint: typeof hint === "string" ? hint : undefined,
    where: lines.join("\n"),
  };
}

/** What nobody throws on purpose: external_routine_exception, which is shown to no visitor; all else is raise_exception. */
const mistakes = new Set([
  "TypeError",
  "RangeError",
  "ReferenceError",
  "SyntaxError",
  "EvalError",
  "URIError",
  "InternalError",
]);

/** What went on inside the query: outside of it is the trampoline, and whoever called the function. */
function innerLines(where: string): readonly string[] {
  const lines = where.split("\n");
  const end = lines.findIndex((line) => /^PL\/pgSQL function (?:howdah_worker\.)?answer\(jsonb\) /.test(line));
  return (end === -1 ? lines : lines.slice(0, end)).filter((line) => line !== "");
}
