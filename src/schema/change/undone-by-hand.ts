import { AppError } from "../../errors/index.ts";
import type { AssemblyAction } from "../assembly.ts";

/** Tells what an assembly of unchanged files has done: it can only be what somebody had changed by hand (WD471). */
export function undoneByHand(actions: readonly AssemblyAction[]): readonly AppError[] {
  const objects = new Set(actions.flatMap((action) => (action.kind === "change" ? [action.object] : [])));
  if (objects.size === 0) return [];
  return [
    new AppError("WD471", `changed by hand, and as the files say again: ${[...objects].join(", ")}`, {
      hint: "what is to stay belongs into the files; howdah drift tells of it beforehand",
    }),
  ];
}
