const QUOTED_URL = /(["'`])([a-z][a-z0-9+.-]*:\/\/[^:@/\s"'`]*:)((?:(?!\1)[^\n])*)@/gi;
const BARE_URL = /([a-z][a-z0-9+.-]*:\/\/[^:@/\s"'`]*:)([^\s"'`<>]*)@/gi;
/** A token stands in the place of the user, without a password behind it: `https://ghp_…@host`. */
const TOKEN_URL = /\b(https?:\/\/)[^\s:@/"'`<>]+@/gi;
const KEYWORD = /\b((?:ssl)?password|passwd|pwd)(\s*=\s*)("[^"\n]*"|'(?:[^'\\\n]|\\.)*'|[^\s&"']+)/gi;

/**
 * Text without the passwords of URLs (`postgres://user:…@host`), the tokens of web addresses (`https://…@host`) and of libpq's `password=…`.
 *
 * A password may hold an unencoded "@" or "/": everything up to the last "@" of the word is taken, because showing
 * too little of a URL is the smaller harm.
 */
export function redact(text: string): string {
  return text
    .replace(QUOTED_URL, (_match, quote: string, head: string) => `${quote}${head}***@`)
    .replace(BARE_URL, (_match, head: string) => `${head}***@`)
    .replace(TOKEN_URL, (_match, scheme: string) => `${scheme}***@`)
    .replace(KEYWORD, (_match, key: string, equals: string) => `${key}${equals}***`);
}
