import { posix } from "node:path";
import { AppError, didYouMean } from "../../errors/index.ts";
import type { Tree } from "../../project/index.ts";

/** A file of tests/ that holds tests. */
export interface TestFile {
  readonly path: string;
  readonly language: "sql" | "script";
}

/**
 * The files of tests/ that hold tests: .sql, .ts, .js and their kin; what begins with an underscore, file or folder, is
 * for tests to import.
 *
 * @param paths files, folders or globs (`*`, `**`); WD486 for one that names nothing
 */
export async function listTestFiles(tree: Tree, paths: readonly string[] = []): Promise<readonly TestFile[]> {
  const files = (await tree.list("tests/**")).flatMap(({ path }) => testFile(path) ?? []);
  if (paths.length === 0) return files;
  const chosen = new Set<TestFile>();
  for (const path of paths) {
    const found = files.filter((file) => matches(file.path, path));
    if (found.length === 0) throw noSuchTest(path, files);
    for (const file of found) chosen.add(file);
  }
  return files.filter((file) => chosen.has(file));
}

/** The path as a file that holds tests; undefined for any other. */
export function testFile(path: string): TestFile | undefined {
  if (!path.startsWith("tests/") || path.split("/").some((part) => part.startsWith("_"))) return undefined;
  if (path.endsWith(".sql")) return { path, language: "sql" };
  const isScript = /\.[mc]?[jt]s$/.test(path) && !/\.d\.[mc]?ts$/.test(path);
  return isScript ? { path, language: "script" } : undefined;
}

/** With or without "tests/", as a shell completes it or as the report names it; without what the name ends in, too. */
function matches(path: string, wanted: string): boolean {
  const plain = wanted.replaceAll("\\", "/").replace(/^\.\//, "").replace(/\/$/, "");
  const forms = plain === "tests" || plain.startsWith("tests/") ? [plain] : [plain, `tests/${plain}`];
  return forms.some(
    (form) =>
      path === form || path.startsWith(`${form}/`) || path.startsWith(`${form}.`) || posix.matchesGlob(path, form),
  );
}

function noSuchTest(path: string, files: readonly TestFile[]): AppError {
  const meant = didYouMean(
    path,
    files.map((file) => file.path),
  );
  return new AppError("WD486", `no tests in ${path}`, {
    detail: files.length === 0 ? "there is no file of tests in tests/" : undefined,
    hint: meant ?? "tests are the .sql, .ts and .js files of tests/, but for names that begin with _",
  });
}
