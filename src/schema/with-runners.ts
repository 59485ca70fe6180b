import type { AssemblyAction } from "./assembly.ts";
import type { Declared } from "./declared.ts";
import { runsOf } from "./translated-source.ts";

/** Changes of functions in other languages than SQL, with where each runs; all else as it is. */
export function withRunners(
  actions: readonly AssemblyAction[],
  { declarations }: Pick<Declared, "declarations">,
): readonly AssemblyAction[] {
  const runners = new Map(
    [...declarations.values()].flatMap((declaration) => {
      const { source, start } = declaration.statement;
      const { file, line } = source.position(start);
      // Comments and grants stand at the line of their function.
      return declaration.kind === "function" ? [[placeOf(file, line), runsOf(declaration)] as const] : [];
    }),
  );
  return actions.map((action) => {
    const isMade = action.kind === "change" && action.verb !== "drop" && action.object.startsWith("function ");
    return isMade ? { ...action, ...runners.get(placeOf(action.file, action.line)) } : action;
  });
}

function placeOf(file: string, line: number | undefined): string {
  return `${file}:${line}`;
}
