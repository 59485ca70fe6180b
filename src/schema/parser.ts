import { setFlagsFromString } from "node:v8";
import type { Node } from "libpg-query";
import { AppError } from "../errors/index.ts";
import type { SourceText } from "./source-text.ts";

/** One statement as libpg-query returns it; location and length are bytes of the text that was parsed. */
export interface RawStatement {
  readonly stmt?: Node;
  readonly stmt_location?: number;
  readonly stmt_len?: number;
}

/** The parser's answer for a piece of text. */
export type Parse = (text: string) => { readonly stmts?: readonly RawStatement[] };

let parser: Promise<Parse> | undefined;
let loaded: Parse | undefined;

/** Loads libpg-query, once a process: 20 ms and 15 MB, which `howdah serve` never pays since it parses nothing. */
export async function loadParser(): Promise<Parse> {
  parser ??= import("libpg-query").then(async (module) => {
    await module.loadModule();
    return (text) => unoptimized(() => module.parseSync(text));
  });
  loaded = await parser;
  return loaded;
}

/**
 * Keeps V8 from optimizing the parser's code while it runs. Its grammar is one function: compiling that takes 550 MB and 0.6 s of
 * a processor, and what comes out is no faster, for 26 MB of SQL in one process either (4.2 s of the processor, 4.6 s with it).
 */
function unoptimized<T>(work: () => T): T {
  setFlagsFromString("--no-wasm-tier-up");
  setFlagsFromString("--no-wasm-dynamic-tiering");
  try {
    return work();
  } finally {
    setFlagsFromString("--wasm-tier-up");
    setFlagsFromString("--wasm-dynamic-tiering");
  }
}

/** The tree of text that was parsed before, where the parser is loaded: it is one statement, and has no errors. */
export function parseOne(text: string): Node {
  const node = loaded?.(text).stmts?.[0]?.stmt;
  if (node === undefined) throw new Error(`not one statement: ${text}`);
  return node;
}

/** True when the parser wanted more: the text was cut inside a statement. */
export function wantsMore(error: unknown): boolean {
  return error instanceof Error && error.message.endsWith("at end of input");
}

/** A syntax error of SQL that stands in no file of the assembly's. */
export interface SyntaxProblem {
  /** In Postgres's words. */
  readonly message: string;
  /** In code points of the text, from 1, as Postgres tells it. */
  readonly offset: number;
}

/** What is wrong with the syntax of some SQL (it may have $1, $2, …); undefined when nothing is. */
export async function syntaxProblem(text: string): Promise<SyntaxProblem | undefined> {
  const parse = await loadParser();
  try {
    parse(text);
    return undefined;
  } catch (error) {
    return { message: error instanceof Error ? error.message : String(error), offset: cursorOf(error) + 1 };
  }
}

/** What the parser threw for text that begins at the index `from`, as an error that points into the file (WD410). */
export function syntaxError(error: unknown, source: SourceText, from: number): AppError {
  const message = error instanceof Error ? error.message : String(error);
  const index = source.advance(from, cursorOf(error));
  return new AppError("WD410", message, {
    hint: hintFor(source, index),
    position: source.position(index),
    source: source.text,
    cause: error,
  });
}

/** Where libpg-query saw the error: characters from 0. */
function cursorOf(error: unknown): number {
  const details = (error as { sqlDetails?: { cursorPosition?: number } }).sqlDetails;
  return Math.max(0, details?.cursorPosition ?? 0);
}

function hintFor(source: SourceText, index: number): string | undefined {
  if (source.text[index] === "\\") return "lines that begin with a backslash are psql's, not SQL: remove them";
  if (/\bfrom\s+stdin\b/i.test(source.text.slice(0, index))) {
    return "copy … from stdin can't stand in a file: write insert statements";
  }
  return undefined;
}
