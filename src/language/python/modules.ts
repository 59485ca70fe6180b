import type { Tree } from "../../project/index.ts";
import { SourceFileOf, type SourceFile } from "../source-file.ts";
import type { WorkerModule } from "../worker-sql.ts";
import { childrenOf, parsePython, textOf, type SyntaxNode } from "./syntax.ts";

type Modules = NonNullable<WorkerModule["modules"]>;

/** The project's own modules that a file imports, and those that they import, by the names they are imported by. */
export async function modulesOf(source: SourceFile, tree: Tree): Promise<Modules> {
  const found: Record<string, { readonly file: string; readonly text: string; readonly package?: boolean }> = {};
  const visit = async (file: SourceFile): Promise<void> => {
    for (const name of importsOf(file)) {
      if (Object.hasOwn(found, name)) continue;
      const path = await pathOf(name, tree);
      if (path === undefined) continue;
      const text = (await tree.read(path)).toString("utf8");
      found[name] = { file: path, text, ...(path.endsWith("/__init__.py") ? { package: true } : {}) };
      await visit(new SourceFileOf(path, text));
    }
  };
  await visit(source);
  return found;
}

/** Beside the functions, then from the project's folder on. */
async function pathOf(name: string, tree: Tree): Promise<string | undefined> {
  const path = name.replaceAll(".", "/");
  for (const candidate of [
    `functions/${path}.py`,
    `${path}.py`,
    `functions/${path}/__init__.py`,
    `${path}/__init__.py`,
  ]) {
    if ((await tree.stat(candidate)) !== undefined) return candidate;
  }
  return undefined;
}

/** Dotted names of every import, wherever it stands: `from a.b import c` may mean a.b and a.b.c. */
function importsOf(source: SourceFile): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (node: SyntaxNode): void => {
    if (node.name === "ImportStatement") for (const name of namesIn(textOf(node, source))) names.add(name);
    else for (const child of childrenOf(node)) visit(child);
  };
  visit(parsePython(source));
  return names;
}

function namesIn(statement: string): readonly string[] {
  const [, from, imported = ""] = /^from\s+([\w.]+)\s+import\s+\(?([\s\S]*?)\)?$/.exec(statement) ?? [];
  const list = (from === undefined ? statement.replace(/^import\s+/, "") : imported)
    .split(",")
    .map((each) => each.trim().split(/\s+as\s+/)[0] ?? "");
  const dotted = from === undefined ? list : [from, ...list.map((each) => `${from}.${each}`)];
  // a.b needs a as well.
  return dotted.flatMap((name) => name.split(".").map((_, index, parts) => parts.slice(0, index + 1).join(".")));
}
