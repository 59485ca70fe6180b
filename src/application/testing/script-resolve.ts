import { registerHooks } from "node:module";

/**
 * Preloaded into processes of TypeScript tests: `howdah` and `howdah/testing` lead to this howdah where the project has
 * not installed one, as with `npx howdah test`.
 */
const own: ReadonlyMap<string, string> = new Map(
  Object.entries({ howdah: "index", "howdah/testing": "testing" }).map(([name, file]) => [
    name,
    new URL(`../../${file}${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url).href,
  ]),
);

registerHooks({
  resolve(specifier, context, next) {
    const url = own.get(specifier);
    if (url === undefined) return next(specifier, context);
    try {
      return next(specifier, context);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
      return { url, shortCircuit: true };
    }
  },
});
