import type { FactKind, Model } from "../../diff/index.ts";
import type { Hint } from "./hint.ts";

/** What `type` means in a hint. */
const typeKinds: readonly FactKind[] = ["enum", "composite type", "domain", "range", "base type"];

/** Hints about a `type` as hints about what it is; of one that is gone from the files, about all that it may have been. */
export function settleTypes(hints: readonly Hint[], model: Model): readonly Hint[] {
  return hints.flatMap((hint) => {
    if ((hint.target.kind as string) !== "type") return [withTable(hint, model)];
    const targets = typeKinds.map((kind) => ({ ...hint.target, kind }));
    const known = targets.filter(({ kind, schema, name }) =>
      [...model.facts.values()].some((fact) => fact.kind === kind && fact.schema === schema && fact.name === name),
    );
    const meant = known.length > 0 || hint.kind === "drop" ? known : targets.slice(0, 1);
    return (meant.length === 0 ? targets : meant).map((target) => ({ ...hint, target }));
  });
}

/** Facts name the table of an index, people do not. */
function withTable(hint: Hint, model: Model): Hint {
  const { target } = hint;
  if (target.kind !== "index" || target.relation !== null) return hint;
  const fact = [...model.facts.values()].find(
    ({ kind, schema, name }) => kind === "index" && schema === target.schema && name === target.name,
  );
  return fact === undefined ? hint : { ...hint, target: { ...target, relation: fact.relation } };
}
