/** The word that a statement begins with, lower case, past white space, comments (which nest) and empty statements. */
export function firstWord(text: string): string {
  let at = 0;
  for (;;) {
    const skipped = skipOne(text, at);
    if (skipped === at) break;
    at = skipped;
  }
  word.lastIndex = at;
  return word.exec(text)?.[0].toLowerCase() ?? "";
}

const word = /[A-Za-z]+/y;
const blank = /[\s;]+|--[^\r\n]*/y;
const commentEdge = /\/\*|\*\//g;

/** Where it goes on behind one blank or comment; `at` itself where there is none. */
function skipOne(text: string, at: number): number {
  blank.lastIndex = at;
  if (blank.test(text)) return blank.lastIndex;
  if (!text.startsWith("/*", at)) return at;
  commentEdge.lastIndex = at;
  let depth = 0;
  for (let edge = commentEdge.exec(text); edge !== null; edge = commentEdge.exec(text)) {
    depth += edge[0] === "/*" ? 1 : -1;
    if (depth === 0) return commentEdge.lastIndex;
  }
  return text.length;
}
