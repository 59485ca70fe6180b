import type { Tree } from "../../project/index.ts";
import { parseStatements, readSource, tokens, type SourceText, type Statement } from "../../schema/index.ts";

/** One test of a SQL file: it has a database of its own. */
export interface SqlTest {
  readonly source: SourceText;
  readonly name: string;
  /** Index into the text where it begins: its `-- @test` line. */
  readonly start: number;
  /** Statements ahead of the file's first test, which each of them begins with. */
  readonly before: readonly Statement[];
  readonly statements: readonly Statement[];
  /** Why it is not run: "-- @skip reason" stands in it. */
  readonly skip: string | undefined;
}

/**
 * The tests of a SQL file: a block from each comment `-- @test name` to the next, or the whole file where there is none.
 *
 * @throws AppError WD410 for a syntax error, WD422 for what is no text
 */
export async function readSqlTests(tree: Tree, file: string): Promise<readonly SqlTest[]> {
  const source = await readSource(tree, file);
  const statements = await parseStatements(source);
  const marks = readMarks(source.text);
  const first = marks.findIndex((mark) => mark.kind === "test");
  if (first === -1) {
    const skip = marks[0]?.text;
    return [{ source, name: baseName(file), start: statements[0]?.start ?? 0, before: [], statements, skip }];
  }
  const tests = marks.filter((mark) => mark.kind === "test");
  const begin = tests[0]?.start ?? 0;
  const before = statements.filter((statement) => statement.start < begin);
  return tests.map(({ start, text }, index) => {
    const end = tests[index + 1]?.start ?? Infinity;
    const isInside = (at: number): boolean => at > start && at < end;
    return {
      source,
      start,
      before,
      name: text === "" ? `test ${index + 1}` : text,
      statements: statements.filter((statement) => isInside(statement.start)),
      skip: marks.find((mark) => mark.kind === "skip" && isInside(mark.start))?.text,
    };
  });
}

interface Mark {
  readonly kind: "test" | "skip";
  readonly start: number;
  readonly text: string;
}

/** Comments that begin with @test or @skip; what looks like one inside of quotes is none. */
function readMarks(text: string): readonly Mark[] {
  return tokens(text).flatMap(({ kind, start, end }) => {
    if (kind !== "comment") return [];
    const [, word, rest = ""] = /^--\s*@(test|skip)\b[ \t:]*(.*?)\s*$/.exec(text.slice(start, end)) ?? [];
    return word === undefined ? [] : [{ kind: word as Mark["kind"], start, text: rest }];
  });
}

function baseName(file: string): string {
  return file.slice(file.lastIndexOf("/") + 1).replace(/\.\w+$/, "");
}
