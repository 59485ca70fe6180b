/** The parts of the tree of `Handlebars.parse` that the check reads and rewrites (handlebars 4.7, AST of its manual). */
export interface Location {
  readonly start: { readonly line: number; readonly column: number };
  readonly end: { readonly line: number; readonly column: number };
}

export interface Program {
  readonly type: "Program";
  body: Statement[];
  readonly blockParams?: readonly string[];
  readonly loc: Location;
}

export interface Path {
  readonly type: "PathExpression";
  /** True for @names. */
  readonly data: boolean;
  readonly depth: number;
  readonly parts: readonly string[];
  readonly original: string;
  readonly loc: Location;
}

export interface Call {
  readonly type: "SubExpression";
  readonly path: Path;
  params: Expression[];
  readonly hash: Hash | undefined;
  readonly loc: Location;
}

export interface Literal {
  readonly type: "StringLiteral" | "NumberLiteral" | "BooleanLiteral" | "UndefinedLiteral" | "NullLiteral";
  readonly value?: string | number | boolean;
  readonly original?: string | number | boolean;
  readonly loc: Location;
}

export type Expression = Path | Call | Literal;

export interface Hash {
  readonly type: "Hash";
  readonly pairs: { readonly key: string; value: Expression }[];
  readonly loc: Location;
}

export interface Mustache {
  readonly type: "MustacheStatement" | "Decorator";
  path: Path | Literal;
  params: Expression[];
  hash: Hash | undefined;
  readonly escaped: boolean;
  readonly loc: Location;
}

export interface Block {
  readonly type: "BlockStatement" | "DecoratorBlock";
  readonly path: Path;
  params: Expression[];
  readonly hash: Hash | undefined;
  readonly program?: Program;
  readonly inverse?: Program;
  readonly loc: Location;
}

export interface Partial {
  readonly type: "PartialStatement" | "PartialBlockStatement";
  readonly name: Path | Call | Literal;
  params: Expression[];
  readonly hash: Hash | undefined;
  readonly program?: Program;
  readonly loc: Location;
}

export interface Content {
  readonly type: "ContentStatement";
  readonly value: string;
  readonly original: string;
  readonly loc: Location;
}

export interface Comment {
  readonly type: "CommentStatement";
  readonly loc: Location;
}

export type Statement = Mustache | Block | Partial | Content | Comment;

/** A path of the given parts at the same depth as `path`. */
export function pathOf(path: Path, parts: readonly string[], prefix = ""): Path {
  const up = "../".repeat(path.depth);
  const original = parts.length === 0 ? (path.depth === 0 ? "this" : up.slice(0, -1)) : prefix + up + parts.join(".");
  return { type: "PathExpression", data: false, depth: path.depth, parts, original, loc: path.loc };
}

/** A helper's name as a path. */
export function helperPath(name: string, loc: Location): Path {
  return { type: "PathExpression", data: false, depth: 0, parts: [name], original: name, loc };
}
