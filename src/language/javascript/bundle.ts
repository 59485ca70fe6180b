import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import type { BuildFailure, Message, Plugin } from "esbuild";
import { AppError } from "../../errors/index.ts";
import type { Tree } from "../../project/index.ts";
import type { SourceFile } from "../source-file.ts";

/** Where a bundle runs: in the worker's Node, or in a database's JavaScript without any modules. */
export type BundleTarget = "worker" | "database";

export interface Bundle {
  /** One script: CommonJS for the worker, a variable `howdah_module` for a database. */
  readonly code: string;
  /** Its source map (version 3), with the text of the project's own files. */
  readonly map: string;
}

export interface BundleInput {
  readonly source: SourceFile;
  /** What is exported; everything else is left out where nothing needs it. */
  readonly exported: string;
  readonly target: BundleTarget;
  readonly tree: Tree;
}

/**
 * One exported function with all that it needs, as one script: types stripped, imports of files and npm packages in it.
 *
 * @throws AppError WD496 with the place of an import that leads nowhere, WD490 for a mistake that the parser saw
 */
export async function bundle({ source, exported, target, tree }: BundleInput): Promise<Bundle> {
  const { build } = await import("esbuild");
  try {
    const { outputFiles } = await build({
      stdin: { contents: entryText(source, exported, target), loader: "js", sourcefile: entry },
      ...{
        bundle: true,
        write: false,
        sourcemap: "external",
        outfile: "bundle.js",
        logLevel: "silent",
        charset: "utf8",
      },
      ...(target === "worker"
        ? { format: "cjs", platform: "node", target: "node24" }
        : {
            format: "iife",
            globalName: "howdah_module",
            platform: "neutral",
            target: "es2023",
            mainFields: ["module", "main"],
          }),
      plugins: [projectFiles(tree, source), builtIns(target)],
    });
    const [map, code] = [".map", ".js"].map((end) => outputFiles.find(({ path }) => path.endsWith(end))?.text ?? "");
    return { code: code ?? "", map: slimMap(map ?? "{}") };
  } catch (error) {
    throw await bundleError(error as BuildFailure, source, tree);
  }
}

/** Inside a database, what the worker's thread does around a function comes with it. */
function entryText({ file }: SourceFile, exported: string, target: BundleTarget): string {
  if (target === "worker") return `export { ${exported} as default } from "./${file}"`;
  return `import { ${exported} as main } from "./${file}";
import { runHere } from "howdah/database";
export default (message, map, shape) => runHere(main, message, map, shape);`;
}

const entry = "howdah:entry";
const namespace = "project";

/** Files come from the Tree, wherever it is; packages from node_modules above the project. */
function projectFiles(tree: Tree, source: SourceFile): Plugin {
  return {
    name: "project-files",
    setup(build) {
      const root = tree.materialize([]);
      build.onResolve({ filter: /^\.\.?\//, namespace }, (args) =>
        resolveFile(posix.join(posix.dirname(args.importer), args.path)),
      );
      build.onResolve({ filter: /^\.\// }, (args) =>
        args.importer === entry ? resolveFile(posix.normalize(args.path)) : undefined,
      );
      build.onResolve({ filter: /^[^./]/, namespace }, async (args) => {
        if (args.pluginData === namespace || args.path.startsWith("howdah/")) return undefined;
        const { kind } = args;
        const found = await build.resolve(args.path, { kind, resolveDir: await root, pluginData: namespace });
        return found.errors.length > 0 ? { errors: [{ text: `Could not resolve "${args.path}"` }] } : found;
      });
      build.onLoad({ filter: /.*/, namespace }, async ({ path }) => {
        const text = path === source.file ? source.text : (await tree.read(path)).toString("utf8");
        return { contents: text, loader: loaderOf(path) };
      });
      async function resolveFile(
        path: string,
      ): Promise<{ readonly path: string; readonly namespace: string } | undefined> {
        for (const candidate of candidatesOf(path)) {
          if (candidate === source.file || (await tree.stat(candidate)) !== undefined)
            return { path: candidate, namespace };
        }
        return undefined;
      }
    },
  };
}

/** ./a, ./a.ts, and ./a.js where only a.ts is there, as TypeScript has it. */
function candidatesOf(path: string): readonly string[] {
  const plain = path.replace(/\.js$/, "");
  return [path, `${plain}.ts`, `${path}.ts`, `${path}.js`, `${path}.json`, `${path}/index.ts`, `${path}/index.js`];
}

function loaderOf(path: string): "ts" | "js" | "json" | "text" {
  if (/\.[cm]?ts$/.test(path)) return "ts";
  if (/\.[cm]?js$/.test(path)) return "js";
  return path.endsWith(".json") ? "json" : "text";
}

/** "howdah/sql" is what runs the function; a database has no modules of Node. */
function builtIns(target: BundleTarget): Plugin {
  return {
    name: "built-ins",
    setup(build) {
      if (target === "worker") {
        build.onResolve({ filter: /^howdah\/sql$/ }, ({ path }) => ({ path, namespace: "howdah" }));
        build.onLoad({ filter: /.*/, namespace: "howdah" }, () => ({ contents: runtime, loader: "js" }));
        return;
      }
      build.onResolve({ filter: /^howdah\/(?:sql|database)$/ }, () => ({ path: databaseRuntime }));
      build.onResolve({ filter: /^node:/ }, ({ path }) => ({
        errors: [{ text: `"${path}" is not there inside the database` }],
      }));
    },
  };
}

const databaseRuntime = fileURLToPath(
  new URL(import.meta.url.endsWith(".ts") ? "../../runtime/database.ts" : "../../runtime/database.js", import.meta.url),
);
const runtime = "export const { sql, query, SqlError } = globalThis.howdah;";

/** Sources of packages are left out: errors point into the project. */
function slimMap(text: string): string {
  const map = JSON.parse(text) as { sources?: string[]; sourcesContent?: (string | null)[] };
  const sources = (map.sources ?? []).map((source) => source.replace(/^project:/, ""));
  const contents = (map.sourcesContent ?? []).map((content, index) =>
    (map.sources?.[index] ?? "").startsWith("project:") ? content : null,
  );
  return JSON.stringify({ ...map, sources, sourcesContent: contents });
}

async function bundleError(failure: BuildFailure, source: SourceFile, tree: Tree): Promise<AppError> {
  const [first] = failure.errors ?? [];
  if (first === undefined) throw failure;
  const { file, text, line, column } = await placeOf(first, source, tree);
  const imports = /resolve|inside the database|loader is configured/i.test(first.text);
  const message = first.text.charAt(0).toLowerCase() + first.text.slice(1);
  return new AppError(imports ? "WD496" : "WD490", message, {
    hint: imports ? "install the package (npm install), or correct the path" : undefined,
    position: { file, line, column },
    source: text,
  });
}

interface Place {
  readonly file: string;
  readonly text: string | undefined;
  readonly line: number;
  readonly column: number;
}

async function placeOf({ location }: Message, source: SourceFile, tree: Tree): Promise<Place> {
  if (location === null || location.file === entry) return { file: source.file, text: source.text, line: 1, column: 1 };
  const file = location.file.replace(/^project:/, "");
  const text = file === source.file ? source.text : (await tree.read(file).catch(() => undefined))?.toString("utf8");
  // esbuild counts bytes.
  const before = Buffer.from(location.lineText).subarray(0, location.column).toString("utf8");
  return { file, text, line: location.line, column: [...before].length + 1 };
}
