import { AppError, AppErrors } from "../errors/index.ts";
import type { Tree } from "../project/index.ts";
import { keyOf, type Declaration, type Parent } from "./declaration.ts";
import { declare } from "./declare.ts";
import { languageOf } from "./language.ts";
import { KnownFiles } from "./known-files.ts";
import { trySources, type SourceText } from "./source-text.ts";
import { place } from "./statement-error.ts";
import { statementsOf, TranslatedSource, type Translate } from "./translated-source.ts";

/** All that the files of functions/ define, by key, with every error found on the way. */
export interface Declared {
  readonly declarations: ReadonlyMap<string, Declaration>;
  readonly errors: readonly AppError[];
}

/** The files of functions/ as text; WD421 for a file in no known language. */
export async function readFunctionSources(
  tree: Tree,
  translate?: Translate,
): Promise<{ readonly sources: readonly SourceText[]; readonly errors: readonly AppError[] }> {
  const sources: SourceText[] = [];
  const errors: AppError[] = [];
  const all = (await tree.list("functions/**")).map(({ path }) => path);
  const files = all.filter((path) => languageOf(path) !== "document");
  for (const read of await trySources(tree, files)) {
    try {
      if (read.status === "rejected") throw read.reason;
      const source = read.value;
      const language = languageOf(source.file);
      const translation = language instanceof AppError ? await translate?.(source) : undefined;
      if (translation !== undefined) sources.push(new TranslatedSource(translation));
      else if (language instanceof AppError) errors.push(language);
      else sources.push(source);
    } catch (error) {
      errors.push(...errorsOf(error));
    }
  }
  return { sources, errors };
}

function errorsOf(error: unknown): readonly AppError[] {
  if (error instanceof AppErrors) return error.errors;
  if (error instanceof AppError) return [error];
  throw error;
}

/** Reads every statement of every file: errors of independent files and statements are all found in one pass. */
export async function readDeclared(sources: readonly SourceText[]): Promise<Declared> {
  const errors: AppError[] = [];
  const found: Declaration[] = [];
  for (const source of sources) {
    const file = await (source instanceof TranslatedSource ? readFile(source) : known.read(source, readFile));
    errors.push(...file.errors);
    found.push(...file.declarations);
  }
  const declarations = new Map<string, Declaration>();
  for (const declaration of found.toSorted((one, other) => rank(one) - rank(other))) {
    const resolved = resolveParents(declaration, declarations);
    if (resolved instanceof AppError) errors.push(resolved);
    else add(resolved, declarations, errors);
  }
  return { declarations, errors };
}

/** What one file declares, and what is wrong in it. */
interface DeclaredFile {
  readonly declarations: readonly Declaration[];
  readonly errors: readonly AppError[];
}

const known = new KnownFiles<DeclaredFile>();

async function readFile(source: SourceText): Promise<DeclaredFile> {
  const errors: AppError[] = [];
  const statements = await statementsOf(source).catch((error: unknown) => syntaxErrorOf(error, errors));
  const declarations = statements.flatMap((statement) => {
    const declared = declare(statement);
    if (!(declared instanceof AppError)) return [declared];
    errors.push(declared);
    return [];
  });
  return { declarations, errors };
}

/** Objects first, then their indexes, then what is said about either. */
function rank({ kind }: Declaration): number {
  return kind === "comment" || kind === "grant" ? 2 : kind === "index" ? 1 : 0;
}

function syntaxErrorOf(error: unknown, errors: AppError[]): readonly [] {
  if (!(error instanceof AppError)) throw error;
  errors.push(error);
  return [];
}

function add(declaration: Declaration, into: Map<string, Declaration>, errors: AppError[]): void {
  const key = keyOf(declaration.kind, declaration.identity);
  const other = into.get(key);
  if (other === undefined) into.set(key, declaration);
  // The same grant written twice grants nothing more; the first stays.
  else if (declaration.kind !== "grant") errors.push(duplicate(declaration, other));
}

function duplicate(declaration: Declaration, other: Declaration): AppError {
  const first = other.statement.source.position(other.statement.start);
  return new AppError("WD413", `${declaration.kind} ${declaration.identity} is defined twice`, {
    detail: `it is defined in ${place(first)} already`,
    hint: "remove one of the two",
    position: declaration.statement.source.position(declaration.statement.start),
    source: declaration.statement.source.text,
  });
}

/** An attachment with its parents under their full keys; WD417 where functions/ does not define one. */
function resolveParents(declaration: Declaration, among: ReadonlyMap<string, Declaration>): Declaration | AppError {
  if (declaration.parents.length === 0) return declaration;
  const parents: Parent[] = [];
  let { identity } = declaration;
  for (const parent of declaration.parents) {
    const keys = parent.byName ? overloads(parent.key, among) : among.has(parent.key) ? [parent.key] : [];
    const [key] = keys;
    if (key === undefined || keys.length > 1) return orphan(declaration, parent.key, keys);
    parents.push({ key, byName: false });
    if (parent.byName) identity = identity.replace(parent.key, () => key);
  }
  return { ...declaration, identity, parents };
}

function overloads(name: string, among: ReadonlyMap<string, Declaration>): readonly string[] {
  return [...among.keys()].filter((key) => key.startsWith(`${name}(`));
}

function orphan(declaration: Declaration, parent: string, candidates: readonly string[]): AppError {
  const { statement, kind } = declaration;
  const name = parent.replace(/^\w+ /, "");
  const message =
    candidates.length > 1
      ? `${name} is ambiguous: there are ${candidates.length} routines of that name`
      : `${name} is not defined in functions/`;
  return new AppError("WD417", message, {
    detail: candidates.length > 1 ? candidates.map((key) => key.replace(/^\w+ /, "")).join("\n") : undefined,
    hint:
      candidates.length > 1
        ? "write the types of its arguments"
        : `a ${kind === "index" ? "index" : kind} on what a migration made belongs in a migration`,
    position: statement.source.position(statement.start),
    source: statement.source.text,
  });
}
