import type { HintTarget } from "./hint.ts";
import { placesOf } from "./place.ts";
import type { Unit } from "./unit.ts";

/** Something that a hint on a line of its own, or at the end of a line, may be about. */
export interface Bearer {
  /** Undefined where the thing has no name to be called by. */
  readonly target: HintTarget | undefined;
  /** Index into the file's text of its first token. */
  readonly index: number;
  /** True for an item of a list: a column, a constraint of the table, a label. */
  readonly item: boolean;
  /** True for a constraint that is written behind a column. */
  readonly inline: boolean;
}

const items = new Set(["column", "attribute", "label", "constraint", "domain constraint"]);

/** All that can bear hints in one statement, itself first. */
export function bearersOf(unit: Unit): readonly Bearer[] {
  const { start, node } = unit.statement;
  const places = placesOf(unit).filter(({ kinds }) => kinds[0] !== "default");
  const found = places.map((place): Bearer => {
    const [kind = "table"] = place.kinds;
    const { name, relation } = place;
    const schema = place.schemas[0] ?? null;
    const target = name === undefined ? undefined : { kind, schema, relation, name };
    return { target, index: place.index, item: items.has(kind), inline: place.column !== undefined };
  });
  const whole = found.find((bearer) => bearer.index === start && !bearer.item);
  if (whole !== undefined) return found;
  const made = "CreateFunctionStmt" in node ? routineTarget(unit) : undefined;
  return [{ target: made, index: start, item: false, inline: false }, ...found];
}

function routineTarget({ statement: { node }, makes, session }: Unit): HintTarget | undefined {
  if (!("CreateFunctionStmt" in node)) return undefined;
  const names = (node.CreateFunctionStmt.funcname ?? []).flatMap((part) =>
    "String" in part ? [part.String.sval ?? ""] : [],
  );
  const kind = node.CreateFunctionStmt.is_procedure === true ? "procedure" : "function";
  const schema = names.length > 1 ? (names.at(-2) ?? null) : (session.schemas[0] ?? null);
  return makes.length === 0 ? undefined : { kind, schema, relation: null, name: names.at(-1) ?? "" };
}
