import { AppError, AppErrors, toAppError } from "../../errors/index.ts";
import type { Tree, TreeEntry } from "../../project/index.ts";
import { routeTable, type PageFiles, type RouteMatch, type RouteTable } from "./route-table.ts";
import type { SourceFile } from "./source-place.ts";
import { readActionFile, readQueryFile, type PageStatement } from "./sql-file.ts";
import { templateSet, type Template, type TemplateOptions, type TemplateSet } from "./template.ts";

/** A page, compiled. */
export interface Page {
  readonly template: Template;
  readonly queries: readonly PageStatement[];
  /** What a POST runs; undefined for a page that only reads. */
  readonly action: readonly PageStatement[] | undefined;
}

/** One state of pages/, all of it. */
export interface Site {
  readonly routes: RouteTable;
  /** Compiled at the first call and kept; a broken page throws the same error each time. */
  page(match: RouteMatch): Page;
  /** The template of 404.html or 500.html. */
  errorPage(status: number): Template | undefined;
  /** Compiles everything; throws AppErrors with all that is wrong. */
  compileAll(): void;
  /** The statements of all pages that compile. */
  statements(): readonly PageStatement[];
}

interface ReadFile extends SourceFile {
  readonly stamp: string;
}

/** Reads pages/ anew whenever it was told to forget. */
export interface SiteCache {
  /** The site as it was last read, unless something changed since. */
  readonly ready: Site | undefined;
  load(): Promise<Site>;
  /** Told which paths changed: without any below pages/ and public/, nothing is read again. */
  forget(paths: readonly string[]): void;
}

/** A cache over the Tree: files are read again only when their size or time changed, or `forget` named them. */
export function siteCache(tree: Tree, options: TemplateOptions): SiteCache {
  const files = new Map<string, ReadFile>();
  let ready: Site | undefined;
  let loading: Promise<Site> | undefined;
  let generation = 0;
  const load = async (): Promise<Site> => {
    const started = generation;
    const site = await readSite(tree, files, options);
    // What changed meanwhile is read by the next load.
    if (started === generation) ready = site;
    return site;
  };
  return {
    get ready() {
      return ready;
    },
    load: () => {
      loading ??= load().finally(() => {
        loading = undefined;
      });
      return loading;
    },
    forget: (paths) => {
      if (!paths.some((path) => /^(pages|public)\//.test(path))) return;
      for (const path of paths) files.delete(path);
      generation += 1;
      ready = undefined;
      loading = undefined;
    },
  };
}

async function readSite(tree: Tree, files: Map<string, ReadFile>, options: TemplateOptions): Promise<Site> {
  const listed = await tree.list("pages/**/*");
  const used = listed.filter(({ path }) => /\.(html|query\.sql|post\.sql)$/.test(path));
  const sources = await Promise.all(used.map((entry) => readSource(tree, entry, files)));
  const routes = routeTable(used.map(({ path }) => path));
  refuseShadowed(routes, new Set((await tree.list("public/**/*")).map(({ path }) => path)));
  return new CompiledSite(routes, new Map(sources.map((source) => [source.path, source])), options);
}

async function readSource(tree: Tree, entry: TreeEntry, files: Map<string, ReadFile>): Promise<SourceFile> {
  const stamp = `${entry.modifiedAt.getTime()} ${entry.bytes}`;
  const kept = files.get(entry.path);
  if (kept?.stamp === stamp) return kept;
  const text = (await tree.read(entry.path)).toString("utf8").replace(/^\uFEFF/, "");
  const file = { path: entry.path, text, stamp };
  files.set(entry.path, file);
  return file;
}

/** Assets come before pages: a page at the address of an asset would never be seen. */
function refuseShadowed(routes: RouteTable, assets: ReadonlySet<string>): void {
  for (const { path, page } of routes.pages) {
    if (path === "/" || !assets.has(`public${path}`)) continue;
    throw new AppError("WD530", `${page.html} and public${path} claim one address`, {
      hint: "rename or remove one of them",
      position: { file: page.html, line: 1, column: 1 },
    });
  }
}

class CompiledSite implements Site {
  readonly routes: RouteTable;
  readonly #sources: ReadonlyMap<string, SourceFile>;
  readonly #templates: TemplateSet;
  readonly #pages = new Map<string, Page | AppError>();
  readonly #errorPages = new Map<number, Template>();

  constructor(routes: RouteTable, sources: ReadonlyMap<string, SourceFile>, options: TemplateOptions) {
    this.routes = routes;
    this.#sources = sources;
    const partials = [...routes.partials].map(([name, path]) => [name, this.#source(path)] as const);
    this.#templates = templateSet(new Map(partials), options);
  }

  page({ page }: RouteMatch): Page {
    let found = this.#pages.get(page.html);
    if (found === undefined) {
      found = this.#attempt(page);
      this.#pages.set(page.html, found);
    }
    if (found instanceof AppError) throw found;
    return found;
  }

  errorPage(status: number): Template | undefined {
    const kept = this.#errorPages.get(status);
    const path = this.routes.errorPages.get(status);
    if (kept || path === undefined) return kept;
    const template = this.#templates.compile(this.#source(path));
    this.#errorPages.set(status, template);
    return template;
  }

  compileAll(): void {
    const errors: AppError[] = [];
    const attempt = (work: () => unknown): void => {
      try {
        work();
      } catch (error) {
        errors.push(toAppError(error));
      }
    };
    attempt(() => this.#templates.checkPartials());
    for (const { page } of this.routes.pages) attempt(() => this.page({ page, params: {} }));
    for (const status of this.routes.errorPages.keys()) attempt(() => this.errorPage(status));
    const [first, ...rest] = withoutRepeats(errors);
    if (first) throw rest.length === 0 ? first : new AppErrors([first, ...rest]);
  }

  statements(): readonly PageStatement[] {
    return this.routes.pages.flatMap(({ page }) => {
      const read = this.#pages.get(page.html) ?? this.#attempt(page);
      return read instanceof AppError ? [] : [...read.queries, ...(read.action ?? [])];
    });
  }

  #attempt(page: PageFiles): Page | AppError {
    try {
      return {
        queries: page.query === undefined ? [] : readQueryFile(this.#source(page.query)),
        action: page.post === undefined ? undefined : readActionFile(this.#source(page.post)),
        template: this.#templates.compile(this.#source(page.html)),
      };
    } catch (error) {
      return toAppError(error);
    }
  }

  #source(path: string): SourceFile {
    const source = this.#sources.get(path);
    if (!source) throw new AppError("WD001", `unexpected failure: ${path} was listed and not read`);
    return source;
  }
}

/** A broken partial fails in every page that uses it. */
function withoutRepeats(errors: readonly AppError[]): readonly AppError[] {
  const key = (error: AppError): string => JSON.stringify([error.code, error.message, error.position]);
  return [...new Map(errors.map((error) => [key(error), error])).values()];
}
