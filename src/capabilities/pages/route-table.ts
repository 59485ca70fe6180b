import { AppError } from "../../errors/index.ts";

/** The files of one page; what is missing is undefined. */
export interface PageFiles {
  readonly html: string;
  readonly query: string | undefined;
  readonly post: string | undefined;
}

/** A page and the values of its [name] segments. */
export interface RouteMatch {
  readonly page: PageFiles;
  readonly params: Readonly<Record<string, string>>;
}

/** pages/ as a tree of URLs. */
export interface RouteTable {
  readonly pages: readonly { readonly path: string; readonly page: PageFiles }[];
  /** Partials and layouts by name, with their files: "_nav" → pages/_nav.html. */
  readonly partials: ReadonlyMap<string, string>;
  /** Files of error pages by status. */
  readonly errorPages: ReadonlyMap<number, string>;
  /** The page at these decoded segments, fixed names before parameters. */
  match(segments: readonly string[]): RouteMatch | undefined;
  /** As `match`, among pages without parameters only. */
  matchFixed(segments: readonly string[]): RouteMatch | undefined;
}

interface Node {
  readonly fixed: Map<string, Node>;
  parameter: Node | undefined;
  page: PageFiles | undefined;
  names: readonly string[];
}

const noParams: Readonly<Record<string, string>> = Object.freeze(Object.create(null) as Record<string, string>);

/** The routes of the files below pages/; throws WD530 where two claim one address, WD531 for SQL without its page. */
export function routeTable(files: readonly string[]): RouteTable {
  const pages = new Map<string, { readonly path: string; readonly page: PageFiles }>();
  const partials = new Map<string, string>();
  const errorPages = new Map<number, string>();
  const root = newNode();
  const all = new Set(files);
  for (const file of files) {
    const name = /^pages\/(.*)\.html$/.exec(file)?.[1];
    if (name === undefined) continue;
    if (isHidden(name)) partials.set(name, file);
    else if (/^(404|500)$/.test(name)) errorPages.set(Number(name), file);
    else addPage(root, pages, file, name, all);
  }
  refuseOrphans(files, new Set([...pages.values()].map(({ page }) => page.html)));
  return {
    pages: [...pages.values()],
    partials,
    errorPages,
    match: (segments) => find(root, segments, true),
    matchFixed: (segments) => find(root, segments, false),
  };
}

function isHidden(name: string): boolean {
  return name.split("/").some((segment) => segment.startsWith("_") || segment.startsWith("."));
}

function addPage(
  root: Node,
  pages: Map<string, { readonly path: string; readonly page: PageFiles }>,
  html: string,
  name: string,
  all: ReadonlySet<string>,
): void {
  const segments = name.split("/");
  if (segments.at(-1) === "index") segments.pop();
  const names: string[] = [];
  let node = root;
  for (const segment of segments) {
    const parameter = parameterName(segment, html);
    if (parameter !== undefined) names.push(parameter);
    node = parameter === undefined ? fixedChild(node, segment) : (node.parameter ??= newNode());
  }
  if (node.page !== undefined) {
    throw new AppError("WD530", `${node.page.html} and ${html} claim one address`, {
      hint: "rename or remove one of them",
      position: { file: html, line: 1, column: 1 },
    });
  }
  const beside = (end: string): string | undefined =>
    all.has(`pages/${name}${end}`) ? `pages/${name}${end}` : undefined;
  node.page = { html, query: beside(".query.sql"), post: beside(".post.sql") };
  node.names = names;
  pages.set(html, { path: `/${segments.join("/")}`, page: node.page });
}

function parameterName(segment: string, file: string): string | undefined {
  if (!/[[\]]/.test(segment)) return undefined;
  const name = /^\[([\p{L}_][\p{L}\p{N}_]*)\]$/u.exec(segment)?.[1];
  if (name !== undefined) return name;
  throw new AppError("WD531", `${segment} is no name of a parameter`, {
    hint: "write [name], with letters, digits and _",
    position: { file, line: 1, column: 1 },
  });
}

function refuseOrphans(files: readonly string[], pages: ReadonlySet<string>): void {
  for (const file of files) {
    const page = file.replace(/\.(query|post)\.sql$/, ".html");
    if (page === file || pages.has(page)) continue;
    const exists = files.includes(page);
    throw new AppError("WD531", `${file} has no page`, {
      detail: exists ? `${page} is no page: it has no SQL of its own` : `there is no ${page}`,
      hint: exists ? "query in the pages that use it" : `create ${page}, or rename the file after its page`,
      position: { file, line: 1, column: 1 },
    });
  }
}

function newNode(): Node {
  return { fixed: new Map(), parameter: undefined, page: undefined, names: [] };
}

function fixedChild(node: Node, segment: string): Node {
  const found = node.fixed.get(segment);
  if (found) return found;
  const made = newNode();
  node.fixed.set(segment, made);
  return made;
}

function find(root: Node, segments: readonly string[], parameters: boolean): RouteMatch | undefined {
  const values: string[] = [];
  const node = descend(root, segments, 0, values, parameters);
  if (!node?.page) return undefined;
  if (values.length === 0) return { page: node.page, params: noParams };
  const params = Object.create(null) as Record<string, string>;
  node.names.forEach((name, index) => {
    params[name] = values[index] ?? "";
  });
  return { page: node.page, params };
}

function descend(
  node: Node,
  segments: readonly string[],
  at: number,
  values: string[],
  parameters: boolean,
): Node | undefined {
  const segment = segments[at];
  if (segment === undefined) return node.page ? node : undefined;
  const fixed = node.fixed.get(segment);
  const found = fixed && descend(fixed, segments, at + 1, values, parameters);
  if (found || !parameters || !node.parameter || segment === "") return found;
  values.push(segment);
  const below = descend(node.parameter, segments, at + 1, values, parameters);
  if (!below) values.pop();
  return below;
}
