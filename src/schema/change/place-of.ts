import type { Position } from "../../errors/index.ts";
import type { Desired } from "../desired/desired.ts";

/** Where a wanted fact is written, with the text around it for a code frame. */
export function placeOf(
  { origins, sources }: Pick<Desired, "origins" | "sources">,
  key: string,
): { readonly position: Position; readonly source: string } | undefined {
  const found = origins.get(key);
  if (found === undefined) return undefined;
  const { file, line, column } = found;
  return { position: { file, line, column }, source: sources.get(file)?.text ?? "" };
}
