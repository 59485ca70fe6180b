import { pathToFileURL } from "node:url";
import { join } from "node:path";
import type { FastifyPluginAsync } from "fastify";
import { AppError } from "../errors/index.ts";
import type { Tree } from "../project/index.ts";

const file = "server.ts";

/**
 * The project's own Fastify plugin: the default export of server.ts, or undefined without that file.
 *
 * Throws WD044 when it can't be imported or exports something else.
 */
export async function userPlugin(tree: Tree): Promise<FastifyPluginAsync | undefined> {
  if ((await tree.stat(file)) === undefined) return undefined;
  const folder = await tree.materialize([file]);
  const module = await importPlugin(join(folder, file));
  if (typeof module.default === "function") return module.default as FastifyPluginAsync;
  throw new AppError("WD044", "server.ts has no Fastify plugin as its default export", {
    detail: `its default export is ${describe(module.default)}`,
    hint: "export default async function (app) { app.get('/hello', async () => 'hello') }",
    position: { file, line: 1, column: 1 },
  });
}

async function importPlugin(path: string): Promise<{ readonly default?: unknown }> {
  try {
    return (await import(pathToFileURL(path).href)) as { readonly default?: unknown };
  } catch (error) {
    throw new AppError("WD044", "server.ts could not be imported", {
      detail: error instanceof Error ? error.message : String(error),
      position: { file, line: 1, column: 1 },
      cause: error,
    });
  }
}

function describe(value: unknown): string {
  return value === undefined ? "missing" : `of type ${typeof value}`;
}
