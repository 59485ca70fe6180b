/** The fields of one paragraph of a Debian control file, by name as written. */
export type Paragraph = ReadonlyMap<string, string>;

/**
 * The paragraphs of a Debian control file (deb822(5)): fields `Name: value`, continued by lines that begin with a space
 * or tab, paragraphs parted by blank lines. Continuation lines keep their line feeds.
 *
 * `only` limits the fields that are kept: a Packages file has 60,000 paragraphs of 20 fields.
 */
export function* paragraphs(text: string, only?: ReadonlySet<string>): Generator<Paragraph> {
  let fields = new Map<string, string>();
  let current: string | undefined;
  for (const line of lines(text)) {
    if (line.trim() === "") {
      if (fields.size > 0) yield fields;
      fields = new Map();
      current = undefined;
    } else if (line.startsWith(" ") || line.startsWith("\t")) {
      if (current !== undefined) fields.set(current, `${fields.get(current) ?? ""}\n${line.trim()}`);
    } else {
      const colon = line.indexOf(":");
      const name = line.slice(0, colon);
      current = colon > 0 && (only === undefined || only.has(name)) ? name : undefined;
      if (current !== undefined) fields.set(current, line.slice(colon + 1).trim());
    }
  }
  if (fields.size > 0) yield fields;
}

/** One at a time: splitting 60 MB at once doubles what is held in memory. */
function* lines(text: string): Generator<string> {
  for (let start = 0; start < text.length;) {
    const end = text.indexOf("\n", start);
    const stop = end < 0 ? text.length : end;
    yield text.slice(start, text[stop - 1] === "\r" ? stop - 1 : stop);
    start = stop + 1;
  }
}
