/** One line of the Test Anything Protocol (testanything.org, version 13), as pgTAP's functions return it. */
export type TapLine =
  | { readonly kind: "plan"; readonly count: number; readonly skip: string | undefined }
  | {
      readonly kind: "ok" | "not ok";
      readonly number: number;
      readonly description: string;
      /** A failure that is meant to be one for now, or what was not run. */
      readonly directive: "todo" | "skip" | undefined;
      /** The comment lines below it. */
      readonly diagnostics: readonly string[];
    }
  | { readonly kind: "comment"; readonly text: string };

/** What one value of a result says in TAP: several lines where pgTAP explains a failure; undefined for anything else. */
export function readTap(value: string): readonly TapLine[] | undefined {
  const lines: TapLine[] = [];
  for (const line of value.split("\n")) {
    const read = readLine(line);
    if (read === undefined) return undefined;
    const last = lines.at(-1);
    if (read.kind === "comment" && last !== undefined && "diagnostics" in last) {
      lines[lines.length - 1] = { ...last, diagnostics: [...last.diagnostics, read.text] };
    } else lines.push(read);
  }
  return lines;
}

function readLine(line: string): TapLine | undefined {
  const [, count, skip] = /^1\.\.(\d+)(?:\s*#\s*skip\b\s*(.*))?$/i.exec(line) ?? [];
  if (count !== undefined) return { kind: "plan", count: Number(count), skip };
  if (line.trimStart().startsWith("#")) return { kind: "comment", text: line.trimStart().replace(/^#\s?/, "") };
  const [, kind, number, rest = ""] = /^(ok|not ok) (\d+)(?:\s*-?\s*(.*))?$/.exec(line) ?? [];
  if (kind === undefined) return undefined;
  const [, description = rest, directive] = /^(.*?)\s*#\s*(todo|skip)\b.*$/i.exec(rest) ?? [];
  return {
    kind: kind as "ok" | "not ok",
    number: Number(number),
    description,
    directive: directive?.toLowerCase() as "todo" | "skip" | undefined,
    diagnostics: [],
  };
}
