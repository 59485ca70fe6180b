import { isAbsolute, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Position } from "../../errors/index.ts";

/** The first place of a JavaScript stack that lies in the project itself, not in what it has installed. */
export function stackPlace(stack: string, root: string): Position | undefined {
  for (const { file, line, column } of [...syntaxPlace(stack), ...framePlaces(stack)]) {
    const path = relative(root, file).split(sep).join("/");
    if (path.startsWith("../") || isAbsolute(path) || path.split("/").includes("node_modules")) continue;
    return { file: path, line, column };
  }
  return undefined;
}

/** A syntax error has its place ahead of its name, and carets below the line. */
function syntaxPlace(stack: string): readonly Position[] {
  const [, file, line, before = ""] = /^(file:\/\/\S+|\/.*|[A-Z]:\\.*):(\d+)\n.*\n( *)\^/m.exec(stack) ?? [];
  return file === undefined ? [] : [{ file: toPath(file), line: Number(line), column: before.length + 1 }];
}

function framePlaces(stack: string): readonly Position[] {
  const frames = stack.matchAll(/^ +at .*?(file:\/\/[^\s)]+|\/[^\s)]+):(\d+):(\d+)\)?$/gm);
  return [...frames].map(([, place = "", line, column]) => ({
    file: toPath(place),
    line: Number(line),
    column: Number(column),
  }));
}

function toPath(file: string): string {
  return file.startsWith("file://") && URL.canParse(file) ? fileURLToPath(file) : file;
}
