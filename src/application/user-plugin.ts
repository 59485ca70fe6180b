import { readFileSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { isAbsolute, join, relative, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { FastifyPluginAsync } from "fastify";
import { AppError, type Position } from "../errors/index.ts";
import type { Tree } from "../project/index.ts";

/** The project's own Fastify plugin. */
export const pluginFile = "server.ts";

/**
 * The project's own Fastify plugin: the default export of server.ts, or undefined without that file.
 *
 * Throws WD044 when it can't be imported or exports something else; what the plugin throws while it is mounted is a
 * WD044 too, and points to the line.
 */
export async function userPlugin(tree: Tree): Promise<FastifyPluginAsync | undefined> {
  if ((await tree.stat(pluginFile)) === undefined) return undefined;
  // Stacks name files as they really lie.
  const folder = await realpath(await tree.materialize([pluginFile]));
  const module = await importPlugin(folder);
  if (typeof module.default === "function") return located(module.default as Plugin, folder);
  throw new AppError("WD044", "server.ts has no Fastify plugin as its default export", {
    detail: `its default export is ${describe(module.default)}`,
    hint: "export default async function (app) { app.get('/hello', async () => 'hello') }",
    ...startOf(folder),
  });
}

/** As Fastify takes them: asynchronous, or with a third argument that it calls when it is done. */
type Plugin = (...args: [...Parameters<FastifyPluginAsync>, (error?: Error) => void]) => unknown;

async function importPlugin(folder: string): Promise<{ readonly default?: unknown }> {
  try {
    return (await import(pathToFileURL(join(folder, pluginFile)).href)) as { readonly default?: unknown };
  } catch (error) {
    throw failure("server.ts could not be imported", error, folder);
  }
}

/** The same plugin, whose errors say where in the project they come from. */
function located(plugin: Plugin, folder: string): FastifyPluginAsync {
  const mounted: FastifyPluginAsync = async (fastify, options) => {
    try {
      await called(plugin, fastify, options);
    } catch (error) {
      throw error instanceof AppError ? error : failure("server.ts failed while it was mounted", error, folder);
    }
  };
  // What fastify-plugin marks a plugin with: that its hooks hold for everything, and what it needs.
  return Object.assign(mounted, plugin);
}

function called(plugin: Plugin, ...[fastify, options]: Parameters<FastifyPluginAsync>): unknown {
  if (plugin.length < 3) return plugin(fastify, options, () => {});
  return new Promise<void>((resolve, reject) => {
    plugin(fastify, options, (error) => (error ? reject(error) : resolve()));
  });
}

function failure(message: string, error: unknown, folder: string): AppError {
  return new AppError("WD044", message, {
    detail: error instanceof Error ? error.message : String(error),
    ...(placeOf(error, folder) ?? startOf(folder)),
    cause: error,
  });
}

interface Place {
  readonly position: Position;
  readonly source?: string | undefined;
}

/** The first place of a stack that lies in the project itself, with the text for the code frame. */
function placeOf(error: unknown, folder: string): Place | undefined {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  for (const { file, line, column } of [...syntaxPlace(stack), ...framePlaces(stack)]) {
    const path = relative(folder, file).split(sep).join("/");
    if (path.startsWith("../") || isAbsolute(path) || path.startsWith("node_modules/")) continue;
    return { position: { file: path, line, column }, source: textOf(file) };
  }
  return undefined;
}

/** A syntax error has its place ahead of its name, and carets below the line: "/app/server.ts:2\n…\n   ^". */
function syntaxPlace(stack: string): readonly Position[] {
  const [, file, line] = /^(\S.*):(\d+)\n/.exec(stack) ?? [];
  if (file === undefined) return [];
  const column = (/^( *)\^+$/m.exec(stack)?.[1]?.length ?? 0) + 1;
  return [{ file: toPath(file), line: Number(line), column }];
}

function framePlaces(stack: string): readonly Position[] {
  const frames = stack.matchAll(/^ +at .*?(file:\/\/[^\s)]+):(\d+):(\d+)\)?$/gm);
  return [...frames].map(([, url = "", line, column]) => ({
    file: toPath(url),
    line: Number(line),
    column: Number(column),
  }));
}

function toPath(file: string): string {
  return file.startsWith("file://") && URL.canParse(file) ? fileURLToPath(file) : file;
}

function startOf(folder: string): Place {
  return { position: { file: pluginFile, line: 1, column: 1 }, source: textOf(join(folder, pluginFile)) };
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function describe(value: unknown): string {
  return value === undefined ? "missing" : `of type ${typeof value}`;
}
