import { tokens, type Token } from "../../schema/index.ts";

/** What was typed so far: whole statements, and what is left of the next one. */
export interface Split {
  readonly statements: readonly string[];
  readonly rest: string;
}

/**
 * SQL text cut at the semicolons that end statements: not those in quotes, comments, parentheses or the body of a
 * routine (`begin atomic … end`). psql does the same, so that a definition can be typed or piped as it is.
 */
export function splitStatements(text: string): Split {
  const statements: string[] = [];
  let state = fresh;
  let from = 0;
  for (const token of tokens(text)) {
    if (token.kind === "comment") continue;
    const part = text.slice(token.start, token.end);
    if (part === ";" && state.parentheses <= 0 && state.bodies === 0) {
      statements.push(text.slice(from, token.end).trim());
      from = token.end;
      state = fresh;
    } else state = advance(state, token, part);
  }
  return { statements, rest: text.slice(from) };
}

/** Whether nothing but white space and comments is left. */
export function isBlank(text: string): boolean {
  return tokens(text).every((token) => token.kind === "comment" && isClosed(text, token));
}

interface State {
  readonly parentheses: number;
  /** Open `begin` and, inside of them, `case`. */
  readonly bodies: number;
  /** The first words of the statement: bodies exist only in `create [or replace] function|procedure`. */
  readonly words: readonly string[];
}

const fresh: State = { parentheses: 0, bodies: 0, words: [] };

function advance(state: State, token: Token, part: string): State {
  if (part === "(") return { ...state, parentheses: state.parentheses + 1 };
  if (part === ")") return { ...state, parentheses: state.parentheses - 1 };
  if (token.kind !== "word") return state;
  const word = part.toLowerCase();
  const words = state.words.length < 4 ? [...state.words, word] : state.words;
  return { ...state, words, bodies: isRoutine(words) ? bodiesAfter(state.bodies, word) : 0 };
}

function isRoutine(words: readonly string[]): boolean {
  return /^create( or replace)? (function|procedure)\b/.test(words.join(" "));
}

function bodiesAfter(bodies: number, word: string): number {
  if (word === "begin" || (word === "case" && bodies > 0)) return bodies + 1;
  return word === "end" && bodies > 0 ? bodies - 1 : bodies;
}

/** A block comment that is still open hides what will be typed next. */
function isClosed(text: string, token: Token): boolean {
  const comment = text.slice(token.start, token.end);
  return !comment.startsWith("/*") || comment.endsWith("*/");
}
