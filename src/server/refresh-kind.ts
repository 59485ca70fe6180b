/** What a browser does about changed files: takes stylesheets again, morphs the page, loads it anew, or nothing. */
export type RefreshKind = "styles" | "page" | "reload";

/** The least that shows the change; undefined where no page can show it (tests, migrations by themselves never do). */
export function refreshKind(paths: readonly string[]): RefreshKind | undefined {
  let kind: RefreshKind | undefined;
  for (const path of paths) {
    const one = kindOf(path);
    if (one === "reload") return "reload";
    if (one === "page" || kind === undefined) kind = one ?? kind;
  }
  return kind;
}

function kindOf(path: string): RefreshKind | undefined {
  if (path.startsWith("public/")) return path.endsWith(".css") ? "styles" : "reload";
  if (path === "server.ts" || path.startsWith("components/")) return "reload";
  return /^(pages|functions|migrations|schema|seeds|packages)\//.test(path) ? "page" : undefined;
}
