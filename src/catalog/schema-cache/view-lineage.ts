/** The column of a relation that a column of a view shows unchanged. */
export interface Origin {
  /** Oid of the relation. */
  readonly relation: string;
  /** Its attnum there. */
  readonly column: number;
}

/**
 * By number of the view's column, where it comes from; from the text of pg_rewrite.ev_action.
 *
 * That is a pg_node_tree: nodes in braces, lists in parentheses, fields as `:name value`, a backslash before whatever
 * would end a token. Only the target list of the outermost query counts, not those of subqueries: hence the depth. The
 * planner's own names for what is read, resno, resorigtbl and resorigcol, have been the same since PostgreSQL 8.
 */
export function readLineage(tree: string): ReadonlyMap<number, Origin> {
  const origins = new Map<number, Origin>();
  const start = targetListStart(tree);
  if (start === -1) return origins;
  for (const entry of entriesFrom(tree, start)) {
    const found = entryFields.exec(entry);
    if (found === null || found[2] === "0") continue;
    origins.set(Number(found[1]), { relation: String(found[2]), column: Number(found[3]) });
  }
  return origins;
}

const entryFields = /:resno (\d+) :resname (?:\\.|[^ \\])* :ressortgroupref \d+ :resorigtbl (\d+) :resorigcol (-?\d+)/;

/** Where the list of `({QUERY … :targetList (` opens: two levels down. */
function targetListStart(tree: string): number {
  let depth = 0;
  for (let at = 0; at < tree.length; at++) {
    const code = tree.charCodeAt(at);
    if (code === backslash) at++;
    else if (code === openBrace || code === openParenthesis) depth++;
    else if (code === closeBrace || code === closeParenthesis) depth--;
    else if (code === colon && depth === 2 && tree.startsWith(targetList, at)) return at + targetList.length - 1;
  }
  return -1;
}

/** The ends of the list's entries, behind their expression: what stands at the depth of the entry itself. */
function* entriesFrom(tree: string, start: number): Generator<string> {
  let depth = 0;
  let from = start;
  for (let at = start; at < tree.length; at++) {
    const code = tree.charCodeAt(at);
    if (code === backslash) {
      at++;
    } else if (code === openBrace || code === openParenthesis) {
      depth++;
    } else if (code === closeBrace || code === closeParenthesis) {
      if (--depth === 0) return;
      if (depth === 1) yield tree.slice(from, at);
      from = at;
    }
  }
}

const targetList = ":targetList (";
const backslash = 92;
const openBrace = 123;
const closeBrace = 125;
const openParenthesis = 40;
const closeParenthesis = 41;
const colon = 58;
