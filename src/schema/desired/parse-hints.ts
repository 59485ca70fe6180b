import { AppError } from "../../errors/index.ts";
import type { SourceText } from "../source-text.ts";
import { syntaxProblem } from "../parser.ts";
import { tokens, type Token } from "../token.ts";
import { bearersOf, type Bearer } from "./bearer.ts";
import { isProblem, readHint, type HintProblem, type HintText } from "./hint-text.ts";
import type { Hint, HintTarget } from "./hint.ts";
import type { Unit } from "./unit.ts";

/**
 * The hints of the files: those that name what they are about stand anywhere, the others before or behind it. What is
 * wrong with one goes to `errors` (WD446).
 */
export async function parseHints(
  sources: readonly SourceText[],
  units: readonly Unit[],
  errors: AppError[],
): Promise<readonly Hint[]> {
  const hints: Hint[] = [];
  const byFile = Map.groupBy(units, (unit) => unit.statement.source.file);
  for (const source of sources) {
    if (!/--[^\S\n]*@/.test(source.text)) continue;
    const file = new FileHints(source, byFile.get(source.file) ?? []);
    for (const comment of file.comments) {
      const found = await file.read(comment);
      if (found instanceof AppError) errors.push(found);
      else if (found !== undefined) hints.push(found);
    }
  }
  return hints;
}

class FileHints {
  readonly #source: SourceText;
  readonly #units: readonly Unit[];
  readonly #tokens: readonly Token[];

  constructor(source: SourceText, units: readonly Unit[]) {
    this.#source = source;
    this.#units = units;
    this.#tokens = tokens(source.text);
  }

  get comments(): readonly Token[] {
    return this.#tokens.filter((token) => token.kind === "comment" && this.#source.text.startsWith("--", token.start));
  }

  async read(comment: Token): Promise<Hint | AppError | undefined> {
    const text = readHint(this.#source.text.slice(comment.start, comment.end));
    if (text === undefined) return undefined;
    if (isProblem(text)) return this.#error(comment, text);
    const wrong = await expressionProblem(text);
    if (wrong !== undefined) return this.#error(comment, wrong);
    const target = text.target ?? this.#borne(comment, text);
    if (target === undefined || "message" in target)
      return target === undefined ? undefined : this.#error(comment, target);
    return this.#hint(comment, text, target);
  }

  #hint(comment: Token, { kind, from, expression }: HintText, target: HintTarget): Hint | AppError | undefined {
    if (kind === "adopt") return undefined;
    const [name, schema] = [from?.at(-1), from?.at(-2)];
    const nested = (from?.length ?? 0) > (target.relation === null && target.schema !== null ? 2 : 1);
    if (nested && target.kind !== "index") {
      return this.#error(comment, {
        message: `${target.kind} ${target.name} can't come from ${from?.join(".")}`,
        hint: "write its old name alone",
        at: 0,
      });
    }
    return {
      kind,
      target,
      ...(name === undefined ? {} : { from: name }),
      ...(schema === undefined ? {} : { fromSchema: schema }),
      ...(expression === undefined ? {} : { expression: expression.text }),
      position: this.#source.position(this.#source.text.indexOf("@", comment.start)),
    };
  }

  /** What a hint without a name is about: the thing on its line, or the next one where it has a line for itself. */
  #borne(comment: Token, { kind }: HintText): HintTarget | HintProblem | undefined {
    const bearer = this.#isAlone(comment) ? this.#following(comment) : this.#preceding(comment);
    if (bearer === undefined) return { message: `@${kind} stands where nothing bears it`, hint: placement, at: 0 };
    if (kind === "adopt")
      return bearer.item ? { message: "@adopt is about whole statements", hint: undefined, at: 0 } : undefined;
    const { target } = bearer;
    if (target === undefined)
      return { message: `what follows @${kind} has no name`, hint: "give it a name: constraint NAME …", at: 0 };
    if (kind !== "renamed" && target.kind !== "column") {
      return { message: `@${kind} is about a column, not a ${target.kind}`, hint: placement, at: 0 };
    }
    return target;
  }

  #isAlone(comment: Token): boolean {
    const lineStart = this.#source.text.lastIndexOf("\n", comment.start - 1) + 1;
    return this.#source.text.slice(lineStart, comment.start).trim() === "";
  }

  #following(comment: Token): Bearer | undefined {
    const next = this.#tokens.find(
      (token) => token.start >= comment.end && token.kind !== "comment" && this.#source.text[token.start] !== ",",
    );
    const unit = this.#units.find(
      ({ statement: { start, text } }) => start <= (next?.start ?? -1) && (next?.start ?? -1) < start + text.length,
    );
    return unit === undefined ? undefined : bearersOf(unit).find((bearer) => bearer.index === next?.start);
  }

  /** The item that the line belongs to; the statement where none has begun. */
  #preceding(comment: Token): Bearer | undefined {
    const unit = this.#units.findLast(({ statement }) => statement.start < comment.start);
    if (unit === undefined) return undefined;
    const { start, text } = unit.statement;
    const lineOf = (index: number): number => this.#source.position(index).line;
    if (comment.start > start + text.length) {
      return lineOf(comment.start) === lineOf(start + text.length) ? bearersOf(unit)[0] : undefined;
    }
    const before = bearersOf(unit).filter((bearer) => bearer.index < comment.start);
    const items = before.filter((bearer) => bearer.item && !bearer.inline);
    return items.at(-1) ?? before[0];
  }

  #error(comment: Token, { message, hint, at }: HintProblem): AppError {
    const index = at === 0 ? this.#source.text.indexOf("@", comment.start) : comment.start + at;
    return new AppError("WD446", message, {
      hint,
      position: this.#source.position(index),
      source: this.#source.text,
    });
  }
}

const placement =
  "write it on the line before a column, constraint, label or statement, at the end of its line, or name what it is about: @renamed column public.account.email from=mail";

async function expressionProblem({ kind, expression }: HintText): Promise<HintProblem | undefined> {
  if (expression === undefined || kind === "drop") return undefined;
  const problem = await syntaxProblem(`select (${expression.text}\n)`);
  if (problem === undefined) return undefined;
  const at = expression.at + Math.min(expression.text.length, Math.max(0, problem.offset - 1 - "select (".length));
  return { message: `the expression of @${kind} can't be parsed: ${problem.message}`, hint: undefined, at };
}
