import { parser } from "@lezer/python";
import type { AppError } from "../../errors/index.ts";
import { errorAt, type SourceFile } from "../source-file.ts";

type Tree = ReturnType<typeof parser.parse>;
export type SyntaxNode = Tree["topNode"];

/** The syntax tree of a .py file; WD490 at the first mistake. */
export function parsePython(source: SourceFile): SyntaxNode {
  const tree = parser.parse(source.text);
  let mistake: number | undefined;
  tree.iterate({
    enter(node) {
      if (node.type.isError) mistake ??= node.from;
    },
  });
  if (mistake !== undefined) throw syntaxError(source, mistake);
  return tree.topNode;
}

/** The children of a node, one after the other. */
export function childrenOf(node: SyntaxNode): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) found.push(child);
  return found;
}

/** The text of a node. */
export function textOf(node: SyntaxNode, source: SourceFile): string {
  return source.text.slice(node.from, node.to);
}

/** The value of a string literal without escapes, or undefined. */
export function stringOf(node: SyntaxNode, source: SourceFile): string | undefined {
  const [, , value] = /^[rRbBuUfF]*("""|'''|"|')([\s\S]*)\1$/.exec(textOf(node, source)) ?? [];
  return value;
}

function syntaxError(source: SourceFile, index: number): AppError {
  // The parser stops at the beginning of what it did not expect: behind white space is where people look.
  const space = /\s*/y;
  space.lastIndex = index;
  space.test(source.text);
  const at = space.lastIndex < source.text.length ? space.lastIndex : index;
  const [word = ""] = /^(?:\w+|\S)/.exec(source.text.slice(at)) ?? [];
  return errorAt(source, at, "WD490", word === "" ? "the file ends too early" : `"${word}" is not expected here`);
}
