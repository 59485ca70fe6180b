import type { HtmlState } from "./html-state.ts";
import type { Literal, Location, Path } from "./template-syntax.ts";

/** What a mustache calls or names, as it is written. */
export function nameOf(path: Path | Literal): string {
  return path.type === "PathExpression" ? path.original : String(path.original);
}

/** The index of a parser's place in the text. */
export function indexOf(text: string, at: Location["start"]): number {
  let start = 0;
  for (let line = 1; line < at.line; line += 1) start = text.indexOf("\n", start) + 1;
  return start + at.column;
}

/** What to do instead of a value inside of a script or a style. */
export function scriptHint(element: string): string {
  return element === "script"
    ? "write {{json value}}, or put it into a data- attribute and read that from the script"
    : "choose between fixed classes with {{#if}}";
}

/** The place in words, after a verb: "a value stands …". */
export function place(state: HtmlState): string {
  switch (state.kind) {
    case "text":
      return "in text";
    case "tag-open":
    case "tag-name":
      return "in the name of a tag";
    case "tag":
    case "tag-break":
    case "after-name":
      return `inside of the tag <${state.closing ? "/" : ""}${state.element}>`;
    case "attribute-name":
      return `in the name of an attribute of <${state.element}>`;
    case "before-value":
    case "value":
      return `in the attribute ${state.attribute} of <${state.element}>`;
    case "comment":
      return "in an HTML comment";
    case "declaration":
      return "in a declaration";
    case "raw":
      return `inside of <${state.element}>`;
  }
}
