import type { SourceText } from "./source-text.ts";

/** Syntax trees take about thirty times the text. */
const mostCharacters = 2 * 1024 * 1024;

/**
 * What was read off files, by their path, for as long as their text is the same: while one watches, all files but the
 * one that was saved are as they were.
 */
export class KnownFiles<T> {
  readonly #known = new Map<string, { readonly text: string; readonly found: T }>();
  #characters = 0;

  /** What `read` finds in the file, or found when it had this very text. What it throws is not kept. */
  async read(source: SourceText, read: (source: SourceText) => Promise<T>): Promise<T> {
    const { file, text } = source;
    const before = this.#known.get(file);
    if (before?.text === text) return before.found;
    const found = await read(source);
    this.#characters += text.length - (before?.text.length ?? 0);
    if (this.#characters > mostCharacters) this.#forget(text);
    this.#known.set(file, { text, found });
    return found;
  }

  /** Files that are gone are forgotten here at the latest. */
  #forget(text: string): void {
    this.#known.clear();
    this.#characters = text.length;
  }
}
