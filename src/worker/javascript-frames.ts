import type { SourceMap } from "node:module";

/** Lines of a stack that lie in the project, by their source maps: "JavaScript at functions/slug.ts:12:5 (slug)". */
export function framesOf(stack: string, maps: ReadonlyMap<string, SourceMap>): readonly string[] {
  return stack.split("\n").flatMap((line) => {
    const [, name, filename = "", row, column] =
      /^\s+at (?:async )?(?:(.+?) \()?(howdah-module:[0-9a-f]+):(\d+):(\d+)\)?$/.exec(line) ?? [];
    const origin = maps.get(filename)?.findEntry(Number(row) - 1, Number(column) - 1);
    if (origin === undefined || !("originalSource" in origin) || !isOwn(origin.originalSource)) return [];
    const { originalSource: file, originalLine, originalColumn } = origin;
    return [`JavaScript at ${file}:${originalLine + 1}:${originalColumn + 1}${name === undefined ? "" : ` (${name})`}`];
  });
}

/** Of the project: not of a package, not what was put around it. */
function isOwn(file: string | undefined): boolean {
  return file !== undefined && !file.includes("node_modules/") && !file.startsWith("howdah:");
}
