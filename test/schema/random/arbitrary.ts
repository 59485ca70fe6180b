import * as fc from "fast-check";
import { Dice } from "./dice.ts";
import { edited, verbs, type Edit } from "./edit.ts";
import type { Item, ItemKind, Schema } from "./item.ts";
import { make } from "./make.ts";
import { mend } from "./mend.ts";
import { render } from "./render.ts";
import { rows } from "./rows.ts";
import { World } from "./world.ts";

/** A schema, another that came of it by a few edits, and rows for the first that the second can hold. */
export interface RandomPair {
  readonly before: string;
  readonly after: string;
  readonly data: string;
}

interface Gene {
  readonly kind: ItemKind;
  readonly dice: readonly number[];
}

/** Any pair; a smaller one has fewer items and edits. */
export const randomPair: fc.Arbitrary<RandomPair> = fc
  .record({ genes: genes(), edits: fc.array(edit(), { minLength: 2, maxLength: 9, size: "max" }) })
  .map(({ genes: own, edits }) => pairOf(born(own), edits));

function pairOf(before: Schema, edits: readonly Edit[]): RandomPair {
  const after = edited(before, edits);
  return { before: render(before), after: render(after), data: rows(before, after) };
}

function numbers(): fc.Arbitrary<readonly number[]> {
  return fc.array(fc.nat({ max: 9999 }), { minLength: 24, maxLength: 24, size: "max" });
}

function edit(): fc.Arbitrary<Edit> {
  // Earlier ones are more frequent, and what a counterexample shrinks to.
  const verb = fc.constantFrom(...verbs, "change" as const, "change" as const, "change" as const, "move" as const);
  return fc.record({ verb, at: fc.nat({ max: 9999 }), dice: numbers() });
}

/** Types before functions before tables, then the rest: so that there is something to refer to. */
function genes(): fc.Arbitrary<readonly Gene[]> {
  return fc
    .tuple(
      some(["schema"], 0, 2),
      some(["enum", "domain", "composite", "range", "sequence", "domain", "enum"], 1, 5),
      some(["function"], 0, 4),
      some(["domain", "composite"], 0, 1),
      some(["table"], 1, 4),
      some(["column"], 2, 12),
      some(["constraint", "constraint", "index", "column"], 0, 7),
      some(["view", "function", "table"], 0, 4),
      some(["column", "view", "view", "index", "constraint", "function"], 0, 6),
      some(["view", "trigger", "policy", "statistics", "rule", "grant", "owner", "comment", "column", "trigger"], 0, 8),
    )
    .map((phases) => phases.flat());
}

function some(kinds: readonly [ItemKind, ...ItemKind[]], minLength: number, maxLength: number): fc.Arbitrary<Gene[]> {
  const gene = fc.record({ kind: fc.constantFrom(...kinds), dice: numbers() });
  return fc.array(gene, { minLength, maxLength, size: "max" });
}

function born(own: readonly Gene[]): Schema {
  let schema: Schema = [{ kind: "schema", id: "public", name: "public" }];
  for (const [index, { kind, dice }] of own.entries()) {
    const item: Item | undefined = make(kind, new Dice(dice), new World(schema), `i${index}`);
    if (item !== undefined) schema = mend([...schema, item]);
  }
  return schema;
}
