import { AppError } from "../../errors/index.ts";
import { headersOf, readHeader, type Header } from "../header.ts";
import type { Place } from "../place.ts";
import { snakeCase } from "../signature.ts";
import { errorAt, type SourceFile } from "../source-file.ts";
import type { TranslateContext, TranslatedRoutine, TranslatedRoutines } from "../translated-routine.ts";
import { quoted } from "../worker-sql.ts";

/**
 * A file whose text is the body of a routine, as its language has it: one routine for each `sql:` header.
 *
 * With one header the whole file is its body, so that a script keeps its first line; with several each has the lines
 * down to the next.
 */
export async function translateHeaders(
  source: SourceFile,
  place: Place,
  _context: TranslateContext,
): Promise<TranslatedRoutines> {
  const headers = headersOf(source.text);
  const routines: TranslatedRoutine[] = [];
  const errors: AppError[] = [];
  const language = place.kind === "database" ? place.language : "";
  for (const [position, header] of headers.entries()) {
    try {
      if (headers.length > 1 && header.text.startsWith("(")) throw nameless(source, header);
      const next = headers[position + 1]?.index ?? source.text.length;
      const body =
        headers.length === 1 ? source.text : source.text.slice(lineOf(source, header.index), lineOf(source, next));
      routines.push(await routineOf(source, header, language, body));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      errors.push(error);
    }
  }
  return { routines, errors };
}

async function routineOf(
  source: SourceFile,
  header: Header,
  language: string,
  body: string,
): Promise<TranslatedRoutine> {
  const read = await readHeader(source, header);
  const own = (source.file.split("/").at(-1) ?? "").replace(/\..*$/, "");
  const name = read.name ?? `"${snakeCase(own)}"`;
  const rest = read.name === undefined ? header.text : header.text.slice(header.text.indexOf("("));
  const signature = { ...read, name, local: own, grants: [], index: header.index };
  return {
    signature,
    sql: `create function ${name}${rest}\nlanguage ${language}\nas ${quoted(body, "body")}`,
    texts: new Map(),
  };
}

/** Where the line of an index begins; the end of the text for one behind it. */
function lineOf({ text }: SourceFile, index: number): number {
  return index >= text.length ? text.length : text.lastIndexOf("\n", index) + 1;
}

function nameless(source: SourceFile, header: Header): AppError {
  return errorAt(source, header.index, "WD492", "the sql header can't be read: it names no routine", {
    hint: `there are several in this file: # sql: name${header.text}`,
  });
}
