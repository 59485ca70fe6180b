import type { Action, Fact } from "../../diff/index.ts";
import { quoteLiteral } from "../../postgres/index.ts";
import type { Change } from "./plan-change.ts";
import type { OnlineStep } from "./step.ts";

/** A label that is used in the same change has to be committed before: Postgres would call its use unsafe. */
export function labelsFirst(actions: readonly Action[], change: Change): readonly OnlineStep[] {
  return actions.flatMap((action) => {
    const added = addedLabels(action);
    if (added.length === 0 || !change.live.facts.has(action.to?.key ?? "")) return [];
    const isUsed = actions.some(
      (other) =>
        other !== action &&
        other.statements.some((statement) => added.some((label) => statement.includes(quoteLiteral(label).trim()))),
    );
    const object = action.to?.key ?? "";
    return isUsed ? action.statements.map((statement) => ({ object, statement })) : [];
  });
}

function addedLabels(action: Action): readonly string[] {
  if (action.verb !== "alter" || action.aspect !== "label" || action.to?.kind !== "enum") return [];
  const before = new Set(labelsOf(action.from));
  return labelsOf(action.to).filter((label) => !before.has(label));
}

function labelsOf(fact: Fact | undefined): readonly string[] {
  const labels = fact?.props["labels"];
  return Array.isArray(labels) ? labels.filter((label) => typeof label === "string") : [];
}
