import type { Action } from "../../diff/index.ts";
import type { AssemblyAction } from "../assembly.ts";
import type { Desired } from "../desired/desired.ts";
import type { Change } from "./plan-change.ts";
import { objectName } from "./object-name.ts";
import { labelStatement } from "./reversed.ts";
import type { OnlineStep } from "./step.ts";

/** An action as plans and reports show it, with the place in the file that asks for it. */
export function told(
  action: Action,
  desired: Desired,
  { note, kept }: { readonly note?: string | undefined; readonly kept?: string | undefined } = {},
): AssemblyAction {
  const { verb, aspect, statements } = action;
  const fact = action.to ?? action.from;
  const place = desired.origins.get(fact?.key ?? "");
  const object = fact === undefined ? "" : objectName(fact);
  const shown = { verb, aspect, object, statements, file: place?.file ?? "", line: place?.line };
  return {
    ...{ kind: "change", ...shown },
    ...(note === undefined ? {} : { note }),
    ...(kept === undefined ? {} : { kept }),
  };
}

/** Renames of labels, which are done ahead of all else. */
export function toldLabels({ intent, live }: Change, desired: Desired): readonly AssemblyAction[] {
  return intent.labels.map(({ type, from, to }) =>
    toldLabel(type, labelStatement(live.facts.get(type), from, to), desired),
  );
}

/** One such rename. */
export function toldLabel(object: string, statement: string, desired: Desired): AssemblyAction {
  const place = desired.origins.get(object);
  return {
    kind: "change",
    verb: "rename",
    aspect: "label",
    object,
    statements: [statement],
    file: place?.file ?? "",
    line: place?.line,
  };
}

/** A step outside of the transaction, in the same form. */
export function toldStep(
  { object, statement }: OnlineStep,
  stage: "ahead" | "behind",
  desired: Desired,
): AssemblyAction {
  const place = desired.origins.get(object);
  const fact = desired.model.facts.get(object);
  const verb = statement.startsWith("create ") ? "create" : statement.startsWith("drop ") ? "drop" : "alter";
  return {
    kind: "change",
    verb,
    aspect: "online",
    object: fact === undefined ? object : objectName(fact),
    statements: [statement],
    file: place?.file ?? "",
    line: place?.line,
    stage,
  };
}
