/**
 * Keywords of an expression or a definition in lower case, as people write them. Postgres deparses keywords in capitals
 * and puts every name with capitals in quotes, so that no other capitals stand outside of quotes.
 */
export function lowerKeywords(deparsed: string): string {
  return deparsed.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|[A-Z]+/g, (text) =>
    isQuoted(text) ? text : text.toLowerCase(),
  );
}

/** The expression of a domain's check, asked of something else than VALUE. */
export function withValue(deparsed: string, value: string): string {
  return deparsed.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|\bVALUE\b/g, (text) => (isQuoted(text) ? text : value));
}

function isQuoted(text: string): boolean {
  return text.startsWith("'") || text.startsWith('"');
}
