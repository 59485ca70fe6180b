import type { AssemblyApp } from "../../capability/index.ts";
import { AppError, AppErrors, toAppError } from "../../errors/index.ts";
import type { Tree } from "../../project/index.ts";
import { syntaxProblem } from "../../schema/index.ts";
import type { PagesSettings } from "./settings.ts";
import { siteCache, type Site } from "./site.ts";
import { positionAt } from "./source-place.ts";
import { sourceIndex, type PageStatement } from "./sql-file.ts";

/**
 * Compiles every page, and parses its SQL: nobody has to open a page to learn that it is broken.
 *
 * Throws all that is wrong at once: templates, queries, posts, and files that claim one address. Names that a template
 * or a statement uses are known only when they run.
 */
export async function verifyPages(app: AssemblyApp<PagesSettings>, tree: Tree): Promise<void> {
  const site = await siteCache(tree, { formats: app.settings, strict: app.mode === "development" }).load();
  const problems = [...compileProblems(site), ...(await syntaxErrors(site.statements()))];
  const [first, ...rest] = problems;
  if (first !== undefined) throw rest.length === 0 ? first : new AppErrors([first, ...rest]);
}

function compileProblems(site: Site): readonly AppError[] {
  try {
    site.compileAll();
    return [];
  } catch (thrown) {
    const error = toAppError(thrown);
    return error instanceof AppErrors ? error.errors : [error];
  }
}

/** In the words, and at the place, that Postgres would tell when the page is asked for. */
async function syntaxErrors(statements: readonly PageStatement[]): Promise<readonly AppError[]> {
  const found: AppError[] = [];
  for (const statement of statements) {
    const problem = await syntaxProblem(statement.text);
    if (problem === undefined) continue;
    const position = positionAt(statement.file, sourceIndex(statement, problem.offset));
    found.push(new AppError("WD528", problem.message, { position, source: statement.file.text }));
  }
  return found;
}
