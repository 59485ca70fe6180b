import { AppError, nearest, type ErrorCode } from "../../errors/index.ts";
import { advance, join, same, textState, type HtmlProblem, type HtmlState } from "./html-state.ts";
import { errorAt, type SourceFile } from "./source-place.ts";
import { indexOf, nameOf, place, scriptHint } from "./template-place.ts";
import {
  helperPath,
  pathOf,
  type Block,
  type Call,
  type Content,
  type Expression,
  type Hash,
  type Literal,
  type Location,
  type Mustache,
  type Partial,
  type Path,
  type Program,
  type Statement,
} from "./template-syntax.ts";

/** A place that asks for a name, told to the reader when the name is not there. */
export interface NameSite {
  readonly file: SourceFile;
  readonly loc: Location;
  readonly path: string;
  readonly name: string;
}

export interface CheckOptions {
  readonly helpers: ReadonlySet<string>;
  readonly partials: ReadonlySet<string>;
  /** Collects the places whose names are looked up strictly (development); undefined for none. */
  readonly sites: NameSite[] | undefined;
}

const blocks = new Set(["if", "unless", "each", "with"]);
const builtIn = new Set([...blocks, "lookup"]);

/**
 * Walks a template along its HTML and makes it safe and strict, in place.
 *
 * Every value must stand where escaping for HTML is enough: otherwise WD521. Values that begin a URL attribute go
 * through the filter of schemes, {{json}} inside of a script becomes JSON that can't end the script. Names of helpers
 * and partials are checked here, so that rendering can't meet unknown ones: WD520, WD523.
 */
export function checkTemplate(file: SourceFile, program: Program, options: CheckOptions): void {
  new Check(file, options).run(program);
}

const newTag = { isHttpEquiv: false, content: undefined };

class Check {
  readonly #file: SourceFile;
  readonly #options: CheckOptions;
  /** Block parameters (`as |entry|`) in scope. */
  #scope: readonly string[] = [];
  /**
   * Of the tag that was opened last, all branches together: whether it has the attribute http-equiv, and where a value
   * stands in its attribute content.
   */
  #tag: { readonly isHttpEquiv: boolean; readonly content: Location["start"] | undefined } = newTag;

  constructor(file: SourceFile, options: CheckOptions) {
    this.#file = file;
    this.#options = options;
  }

  run(program: Program): void {
    const end = this.#program(program, textState);
    if (end.kind !== "text")
      this.#fail("WD521", program.loc.end, `the template ends ${place(end)}`, "close it in the same file");
  }

  #program(program: Program, start: HtmlState): HtmlState {
    const outer = this.#scope;
    this.#scope = [...outer, ...(program.blockParams ?? [])];
    let state = start;
    for (const statement of program.body) state = this.#statement(statement, state);
    this.#scope = outer;
    return state;
  }

  #statement(statement: Statement, state: HtmlState): HtmlState {
    switch (statement.type) {
      case "ContentStatement":
        return this.#content(statement, state);
      case "CommentStatement":
        return state;
      case "MustacheStatement":
        this.#mustache(statement, state);
        return state;
      case "BlockStatement":
        return this.#block(statement, state);
      case "PartialStatement":
      case "PartialBlockStatement":
        return this.#partial(statement, state);
      case "DecoratorBlock":
        return this.#inline(statement, state);
      case "Decorator":
        return this.#fail("WD520", statement.loc.start, "decorators are not known here", undefined);
    }
  }

  #content(content: Content, state: HtmlState): HtmlState {
    const report = (problem: HtmlProblem): never => {
      const start = indexOf(this.#file.text, content.loc.start);
      const shift = Math.max(0, content.original.indexOf(content.value));
      throw errorAt(this.#file, start + shift + problem.index, "WD521", problem.message, { hint: problem.hint });
    };
    return advance(state, content.value, report, (before, after) => this.#watchMeta(before, after));
  }

  /** `<meta http-equiv=refresh content="0;url=…">` leads the visitor away, in whichever order the two stand. */
  #watchMeta(before: HtmlState, after: HtmlState): void {
    if (before.kind === "tag-open" && after.kind === "tag-name") this.#tag = newTag;
    if (before.kind !== "attribute-name" || before.element !== "meta" || before.attribute !== "http-equiv") return;
    this.#tag = { ...this.#tag, isHttpEquiv: true };
    if (this.#tag.content !== undefined) this.#refuseRefresh(this.#tag.content);
  }

  #refuseRefresh(start: Location["start"]): never {
    return this.#fail(
      "WD521",
      start,
      "a value stands in the content of <meta http-equiv>",
      "choose between fixed contents with {{#if}}, or redirect from the page's SQL",
    );
  }

  #mustache(mustache: Mustache, state: HtmlState): void {
    const called = this.#isCall(mustache);
    const script = called && state.kind === "raw" && state.element === "script" && nameOf(mustache.path) === "json";
    if (!script) this.#refuseUnsafe(mustache, state);
    this.#arguments(mustache.params, mustache.hash);
    if (script) mustache.path = helperPath("@script", mustache.loc);
    else if (called) this.#knownHelper(mustache.path, builtIn.has("lookup"));
    else this.#plain(mustache);
    if (state.kind === "value" && state.scheme !== undefined) this.#filterUrl(mustache, called);
  }

  /** A name alone is always a value, also where a helper is called like it: a column may be named date. */
  #plain(mustache: Mustache): void {
    if (mustache.path.type !== "PathExpression") return;
    const path = this.#value(mustache.path);
    const checked = this.#strict(path);
    if (checked === path) {
      mustache.path = path;
      return;
    }
    mustache.path = helperPath("@value", mustache.loc);
    mustache.params = (checked as Call).params;
  }

  #filterUrl(mustache: Mustache, called: boolean): void {
    const inner: Expression =
      called || mustache.params.length > 0
        ? {
            type: "SubExpression",
            path: mustache.path as Path,
            params: mustache.params,
            hash: mustache.hash,
            loc: mustache.loc,
          }
        : mustache.path;
    mustache.path = helperPath("@url", mustache.loc);
    mustache.params = [inner];
    mustache.hash = undefined;
  }

  #block(block: Block, state: HtmlState): HtmlState {
    this.#inMarkup(block.loc, state, `{{#${block.path.original}}}`);
    if (!blocks.has(block.path.original)) {
      this.#unknown("WD520", block.path.loc, "block helper", block.path.original, [...blocks]);
    }
    this.#arguments(block.params, block.hash);
    const walks = block.path.original === "each" || block.path.original === "with";
    const [first] = block.params;
    if (walks && first?.type === "PathExpression") block.params[0] = this.#strict(this.#value(first));
    const inside = block.program ? this.#program(block.program, state) : state;
    if (block.path.original === "each" && !same(inside, state)) this.#uneven(block, state, inside);
    const otherwise = block.inverse ? this.#program(block.inverse, state) : state;
    return join(inside, otherwise) ?? this.#uneven(block, otherwise, inside);
  }

  #uneven(block: Block, one: HtmlState, other: HtmlState): never {
    return this.#fail(
      "WD521",
      block.loc.start,
      `the branches of {{#${block.path.original}}} end in different places`,
      "open and close tags and quotes within one branch",
      `one ends ${place(one)}, the other ${place(other)}`,
    );
  }

  #partial(partial: Partial, state: HtmlState): HtmlState {
    const name =
      partial.name.type === "PathExpression" ? partial.name.original : String((partial.name as Literal).value ?? "");
    if (state.kind !== "text") {
      this.#fail(
        "WD521",
        partial.loc.start,
        `the partial ${name} is used ${place(state)}`,
        "use partials in text only",
      );
    }
    if (partial.name.type !== "SubExpression" && name !== "@partial-block" && !this.#options.partials.has(name)) {
      this.#unknown("WD523", partial.name.loc, "partial", name, [...this.#options.partials]);
    }
    if (partial.name.type === "SubExpression") this.#expression(partial.name);
    this.#arguments(partial.params, partial.hash);
    if (partial.program) this.#nested(partial.program, partial.loc);
    return state;
  }

  #inline(block: Block, state: HtmlState): HtmlState {
    if (block.path.original !== "inline")
      this.#fail("WD520", block.loc.start, "only {{#*inline}} is known here", undefined);
    if (state.kind !== "text") this.#fail("WD521", block.loc.start, `a partial is defined ${place(state)}`, undefined);
    if (block.program) this.#nested(block.program, block.loc);
    return state;
  }

  /** The inside of a partial's block begins and ends in text, as the partial does. */
  #nested(program: Program, loc: Location): void {
    const end = this.#program(program, textState);
    if (end.kind !== "text")
      this.#fail("WD521", loc.start, `the block ends ${place(end)}`, "close it inside of the block");
  }

  #arguments(params: Expression[], hash: Hash | undefined): void {
    params.forEach((param) => this.#expression(param));
    hash?.pairs.forEach((pair) => this.#expression(pair.value));
  }

  #expression(expression: Expression): void {
    if (expression.type !== "SubExpression") return;
    this.#knownHelper(expression.path, true);
    this.#arguments(expression.params, expression.hash);
  }

  #knownHelper(path: Path | Literal, lookup: boolean): void {
    const name = nameOf(path);
    if (this.#options.helpers.has(name) || (lookup && name === "lookup")) return;
    this.#unknown("WD520", path.loc, "helper", name, [...this.#options.helpers]);
  }

  #isCall(mustache: Mustache): boolean {
    return mustache.params.length > 0 || (mustache.hash?.pairs.length ?? 0) > 0;
  }

  #value(path: Path): Path {
    const local = this.#scope.includes(path.parts[0] ?? "");
    if (path.data || path.depth > 0 || path.parts.length !== 1 || local || path.original.startsWith("this"))
      return path;
    return pathOf(path, path.parts, "this.");
  }

  /** In development, a lookup that tells when the name is not there at all. */
  #strict(path: Path): Path | Call {
    const { sites } = this.#options;
    const name = path.parts.at(-1);
    const free = name === undefined || path.data || ["form", "params", "error"].includes(path.parts[0] ?? "");
    if (sites === undefined || free || (path.parts.length === 1 && this.#scope.includes(name))) return path;
    const site: Literal = { type: "NumberLiteral", value: sites.length, original: sites.length, loc: path.loc };
    sites.push({ file: this.#file, loc: path.loc, path: path.original.replace(/^this\./, ""), name });
    return {
      type: "SubExpression",
      path: helperPath("@value", path.loc),
      params: [path, pathOf(path, path.parts.slice(0, -1)), site],
      hash: undefined,
      loc: path.loc,
    };
  }

  #refuseUnsafe(mustache: Mustache, state: HtmlState): void {
    const { start } = mustache.loc;
    this.#inMarkup(mustache.loc, state, "a value");
    if (state.kind === "raw" && !["title", "textarea"].includes(state.element)) {
      this.#fail("WD521", start, `a value stands inside of <${state.element}>`, scriptHint(state.element));
    }
    if (state.kind === "before-value" || (state.kind === "value" && state.quote === "")) {
      this.#fail(
        "WD521",
        start,
        `the attribute ${state.attribute} has no quotes around its value`,
        `${state.attribute}="{{…}}"`,
      );
    }
    if (!["text", "value", "raw"].includes(state.kind)) {
      this.#fail("WD521", start, `a value stands ${place(state)}`, "choose between fixed names with {{#if}}");
    }
    if (state.kind === "value" && /^on|^style$|^srcdoc$/.test(state.attribute)) {
      this.#fail(
        "WD521",
        start,
        `a value stands in the attribute ${state.attribute}`,
        "use a data- attribute, or a class",
      );
    }
    if (state.kind === "value" && state.element === "meta" && state.attribute === "content") {
      if (this.#tag.isHttpEquiv) this.#refuseRefresh(start);
      this.#tag = { ...this.#tag, content: start };
    }
    if (!mustache.escaped && state.kind !== "text") {
      this.#fail("WD521", start, `an unescaped value stands ${place(state)}`, "write {{…}} with two braces");
    }
  }

  #inMarkup(loc: Location, state: HtmlState, what: string): void {
    if (state.kind === "comment") {
      this.#fail("WD521", loc.start, `${what} stands in an HTML comment`, "comment templates out with {{!-- … --}}");
    }
    if (state.kind === "declaration") this.#fail("WD521", loc.start, `${what} stands in a declaration`, undefined);
  }

  #unknown(code: ErrorCode, loc: Location, kind: string, name: string, known: readonly string[]): never {
    const near = nearest(name, known);
    const hint = near === undefined ? `known here: ${known.toSorted().join(", ") || "none"}` : `did you mean ${near}?`;
    return this.#fail(code, loc.start, `there is no ${kind} named ${name}`, hint);
  }

  #fail(code: ErrorCode, at: Location["start"], message: string, hint: string | undefined, detail?: string): never {
    throw new AppError(code, message, {
      hint,
      detail,
      position: { file: this.#file.path, line: at.line, column: at.column + 1 },
      source: this.#file.text,
    });
  }
}
