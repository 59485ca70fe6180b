import { didYouMean } from "../../errors/index.ts";
import { tokens, type Token } from "../token.ts";
import { hintKinds, type HintKind, type HintTarget } from "./hint.ts";

/** What one comment says, before it is known what it is said of. */
export interface HintText {
  readonly kind: HintKind | "adopt";
  /** Where the hint names what it is about. */
  readonly target: HintTarget | undefined;
  readonly from?: readonly string[] | undefined;
  readonly expression?: { readonly text: string; readonly at: number } | undefined;
}

/** What is wrong with a hint; `at` is an index into the comment. */
export interface HintProblem {
  readonly message: string;
  readonly hint: string | undefined;
  readonly at: number;
}

const words = [...hintKinds, "adopt"] as const;

/** Reads `-- @renamed from=old` and the like; undefined for a comment that is no hint. */
export function readHint(comment: string): HintText | HintProblem | undefined {
  const [, before, word] = /^(--\s*@)([\w-]*)/.exec(comment) ?? [];
  if (before === undefined || word === undefined) return undefined;
  const kind = words.find((known) => known === word);
  if (kind === undefined) return unknown(word, before.length);
  return new HintReader(comment, before.length + word.length).read(kind);
}

export function isProblem(read: HintText | HintProblem): read is HintProblem {
  return "message" in read;
}

function unknown(word: string, at: number): HintProblem {
  const hint = didYouMean(word, words) ?? `known are ${words.map((known) => `@${known}`).join(", ")}`;
  return { message: `there is no hint @${word}`, hint, at };
}

/** Kinds as hints call them, with how many names one has: `column public.account.email`. */
const targetKinds: Readonly<Record<string, { readonly kind: HintTarget["kind"] | "type"; readonly depth: 1 | 2 | 3 }>> =
  {
    column: { kind: "column", depth: 3 },
    constraint: { kind: "constraint", depth: 3 },
    label: { kind: "label", depth: 3 },
    attribute: { kind: "attribute", depth: 3 },
    trigger: { kind: "trigger", depth: 3 },
    policy: { kind: "policy", depth: 3 },
    rule: { kind: "rule", depth: 3 },
    table: { kind: "table", depth: 2 },
    partition: { kind: "table", depth: 2 },
    "foreign table": { kind: "foreign table", depth: 2 },
    view: { kind: "view", depth: 2 },
    "materialized view": { kind: "materialized view", depth: 2 },
    sequence: { kind: "sequence", depth: 2 },
    index: { kind: "index", depth: 2 },
    type: { kind: "type", depth: 2 },
    enum: { kind: "enum", depth: 2 },
    domain: { kind: "domain", depth: 2 },
    function: { kind: "function", depth: 2 },
    procedure: { kind: "procedure", depth: 2 },
    aggregate: { kind: "aggregate", depth: 2 },
    statistics: { kind: "statistics", depth: 2 },
    collation: { kind: "collation", depth: 2 },
    schema: { kind: "schema", depth: 1 },
    extension: { kind: "extension", depth: 1 },
    role: { kind: "role", depth: 1 },
    publication: { kind: "publication", depth: 1 },
    server: { kind: "server", depth: 1 },
    "foreign data wrapper": { kind: "foreign data wrapper", depth: 1 },
    "event trigger": { kind: "event trigger", depth: 1 },
  };

/** What may have several of one name. */
const routines: ReadonlySet<string> = new Set(["function", "procedure", "aggregate"]);

/** What hints can name. */
export const hintNouns: ReadonlySet<string> = new Set(Object.keys(targetKinds));

/** Of what a column has, only it can be told how its values come about. */
const expressive = new Set(["using", "backfill"]);

class HintReader {
  readonly #comment: string;
  readonly #tokens: readonly Token[];
  readonly #offset: number;
  #at = 0;

  constructor(comment: string, offset: number) {
    this.#comment = comment;
    this.#offset = offset;
    this.#tokens = tokens(comment.slice(offset));
  }

  read(kind: HintText["kind"]): HintText | HintProblem {
    if (kind === "adopt") return this.#end({ kind, target: undefined });
    const target = this.#target(kind);
    if (target !== undefined && "message" in target) return target;
    if (kind === "drop") return target === undefined ? this.#missingTarget() : this.#drop(target);
    if (kind === "renamed") return this.#renamed(target);
    return this.#expression(kind, target);
  }

  /** `column public.account.email`, where a kind stands. */
  #target(hint: HintKind): HintTarget | HintProblem | undefined {
    const at = this.#index();
    const found = [3, 2, 1].map((count) => this.#words(count)).find((name) => Object.hasOwn(targetKinds, name));
    if (found === undefined) return hint === "drop" ? this.#unknownKind(at) : undefined;
    const { kind, depth } = targetKinds[found] ?? { kind: "table", depth: 2 };
    if (expressive.has(hint) && kind !== "column") return this.#problem(`@${hint} is about columns`, undefined, at);
    const save = this.#at;
    this.#at += found.split(" ").length;
    const nameAt = this.#index();
    const names = this.#names();
    if (names.length === 0 && hint !== "drop") {
      this.#at = save;
      return undefined;
    }
    if (names.length < Math.max(1, depth - 1) || names.length > depth + (kind === "index" ? 1 : 0)) {
      const example = { 1: "name", 2: "schema.name", 3: "schema.relation.name" }[depth];
      return this.#problem(`${found} needs a name: ${example}`, undefined, nameAt);
    }
    const named = targetOf(kind as HintTarget["kind"], depth, names);
    const args = hint === "drop" && routines.has(kind) ? this.#args() : undefined;
    return args === undefined ? named : { ...named, args };
  }

  /** `(text, int)` behind a routine's name, as it is written. */
  #args(): string | undefined {
    if (this.#text(this.#at) !== "(") return undefined;
    const from = this.#index() + 1;
    const end = this.#tokens.findLastIndex((_, index) => this.#text(index) === ")");
    if (end < this.#at) return undefined;
    this.#at = end;
    const text = this.#comment.slice(from, this.#index()).trim();
    this.#at++;
    return text;
  }

  #renamed(target: HintTarget | undefined): HintText | HintProblem {
    const at = this.#index();
    if (this.#word() !== "from") {
      const guess = this.#word() === "" ? undefined : didYouMean(this.#word(), ["from"]);
      return this.#problem("@renamed needs the old name: from=old_name", guess, at);
    }
    this.#at++;
    if (this.#word() === "=") this.#at++;
    const nameAt = this.#index();
    const from = this.#names();
    if (from.length === 0) return this.#problem("@renamed needs the old name: from=old_name", undefined, nameAt);
    return this.#end({ kind: "renamed", target, from });
  }

  /** `label public.mood.sad use=happy` */
  #drop(target: HintTarget): HintText | HintProblem {
    if (this.#word() !== "use" || target.kind !== "label") return this.#end({ kind: "drop", target });
    this.#at++;
    if (this.#word() === "=") this.#at++;
    const at = this.#index();
    const [use] = this.#names();
    if (use === undefined) return this.#problem("use= needs the label that takes its place", undefined, at);
    return this.#end({ kind: "drop", target, expression: { text: use, at } });
  }

  #expression(kind: "using" | "backfill", target: HintTarget | undefined): HintText | HintProblem {
    const at = this.#index();
    const text = this.#comment.slice(at).trim();
    if (text === "") return this.#problem(`@${kind} needs an expression`, undefined, at);
    return { kind, target, expression: { text, at } };
  }

  #end(text: HintText): HintText | HintProblem {
    if (this.#at >= this.#tokens.length) return text;
    const rest = this.#comment.slice(this.#index());
    return this.#problem(`this is more than the hint can say: ${rest}`, undefined, this.#index());
  }

  /** `public.account."E-mail"`; a label may stand in single quotes. */
  #names(): readonly string[] {
    const names: string[] = [];
    for (;;) {
      const name = nameOf(this.#text(this.#at), this.#tokens[this.#at]?.kind);
      if (name === undefined) return names;
      names.push(name);
      this.#at++;
      if (this.#text(this.#at) !== ".") return names;
      this.#at++;
    }
  }

  #unknownKind(at: number): HintProblem {
    const word = this.#word();
    const guess = didYouMean(word, Object.keys(targetKinds));
    if (word === "") return this.#missingTarget();
    return this.#problem(`@drop knows no ${word}`, guess ?? "write what it is: @drop column public.account.email", at);
  }

  #missingTarget(): HintProblem {
    return this.#problem(
      "@drop needs what may go",
      "write it in full: @drop column public.account.email",
      this.#index(),
    );
  }

  #problem(message: string, hint: string | undefined, at: number): HintProblem {
    return { message, hint, at };
  }

  #words(count: number): string {
    const from = Array.from({ length: count }, (_, index) => this.#text(this.#at + index).toLowerCase());
    return from.join(" ");
  }

  #word(): string {
    return this.#text(this.#at).toLowerCase();
  }

  #text(at: number): string {
    const token = this.#tokens[at];
    return token === undefined ? "" : this.#comment.slice(this.#offset + token.start, this.#offset + token.end);
  }

  #index(): number {
    const token = this.#tokens[this.#at];
    return token === undefined ? this.#comment.trimEnd().length : this.#offset + token.start;
  }
}

/** As Postgres reads a name: lower case outside of quotes. */
function nameOf(text: string, kind: Token["kind"] | undefined): string | undefined {
  switch (kind) {
    case "word":
      return text.toLowerCase();
    case "quoted name":
      return text.slice(1, -1).replaceAll('""', '"');
    case "string":
      return text.startsWith("'") ? text.slice(1, -1).replaceAll("''", "'") : undefined;
    default:
      return undefined;
  }
}

function targetOf(kind: HintTarget["kind"], depth: 1 | 2 | 3, names: readonly string[]): HintTarget {
  const name = names.at(-1) ?? "";
  if (depth === 1) return { kind, schema: null, relation: null, name };
  if (depth === 2 && names.length < 3) return { kind, schema: names.at(-2) ?? "public", relation: null, name };
  return { kind, schema: names.at(-3) ?? "public", relation: names.at(-2) ?? "", name };
}
