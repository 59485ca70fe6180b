import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

export const repository: string = dirname(dirname(import.meta.dirname));

/** One page of the manual, or a document beside it, with its fenced blocks. */
export interface Page {
  /** Relative to the repository: "docs/pages.md". */
  readonly file: string;
  readonly text: string;
  readonly blocks: readonly Block[];
}

/** A fenced block: ```sql functions/a.sql fails=WD412 */
export interface Block {
  readonly language: string;
  /** What stands behind the language. */
  readonly words: readonly string[];
  readonly text: string;
  /** Of its first fence, from 1. */
  readonly line: number;
}

/** Every page of docs/, in the order of their names. */
export function manual(): readonly Page[] {
  const names = readdirSync(join(repository, "docs")).filter((name) => name.endsWith(".md"));
  return names.toSorted().map((name) => readPage(`docs/${name}`));
}

export function readPage(file: string): Page {
  const text = readFileSync(join(repository, file), "utf8");
  return { file, text, blocks: blocksOf(text) };
}

/** The file that a block is, "migrations/1_a.sql"; undefined for one that stands for itself. */
export function fileOf(block: Block): string | undefined {
  return block.words.find((word) => /^[\w[\]./-]+\.\w+$/.test(word) && !word.includes("="));
}

/** The code that a file of this text is refused with: fails=WD412. */
export function failureOf(block: Block): string | undefined {
  return block.words.find((word) => word.startsWith("fails="))?.slice("fails=".length);
}

/** Files of one edit, made where the page's others have been assembled: edit=rename. */
export function editOf(block: Block): string | undefined {
  return block.words.find((word) => word.startsWith("edit="))?.slice("edit=".length);
}

function blocksOf(text: string): readonly Block[] {
  const fences = text.matchAll(/^```(\w+)([^\n]*)\n(.*?)^```$/gms);
  return Array.from(fences, ({ 1: language = "", 2: info = "", 3: body = "", index }) => ({
    language,
    words: info.split(" ").filter((word) => word !== ""),
    text: body,
    line: text.slice(0, index).split("\n").length,
  }));
}
