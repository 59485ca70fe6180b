/** A CSV text (RFC 4180): the names of its header and, for each further line, its values; null where it is none. */
export function parseCsv(
  text: string,
): { readonly header: readonly string[]; readonly rows: readonly (readonly string[])[] } | null {
  const lines: string[][] = [];
  let at = 0;
  while (at < text.length) {
    const line = parseLine(text, at);
    if (line === null) return null;
    at = line.end;
    // An empty line is no line, as a single empty value can't be told from it.
    if (line.values.length > 1 || line.values[0] !== "") lines.push(line.values);
  }
  const [header, ...rows] = lines;
  return header === undefined ? null : { header, rows };
}

interface Line {
  readonly values: string[];
  readonly end: number;
}

function parseLine(text: string, start: number): Line | null {
  const values: string[] = [];
  let at = start;
  for (;;) {
    const value = text[at] === '"' ? quotedValue(text, at) : plainValue(text, at);
    if (value === null) return null;
    values.push(value.text);
    at = value.end;
    if (text[at] === ",") at += 1;
    else if (at >= text.length) return { values, end: at };
    else if (text.startsWith("\r\n", at)) return { values, end: at + 2 };
    else if (text[at] === "\n" || text[at] === "\r") return { values, end: at + 1 };
    else return null;
  }
}

interface Value {
  readonly text: string;
  readonly end: number;
}

function quotedValue(text: string, start: number): Value | null {
  let at = start + 1;
  let value = "";
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return null;
    value += text.slice(at, quote);
    if (text[quote + 1] !== '"') return { text: value, end: quote + 1 };
    value += '"';
    at = quote + 2;
  }
}

/** A quote inside of it is an error. */
function plainValue(text: string, start: number): Value | null {
  let at = start;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x2c || code === 0x0a || code === 0x0d) break;
    if (code === 0x22) return null;
  }
  return { text: text.slice(start, at), end: at };
}
