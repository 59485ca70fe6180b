import type { AssemblyAction, AssemblyPlan } from "../application/index.ts";
import { forecastLine } from "./forecast-text.ts";
import type { Paint } from "./paint.ts";
import { columns, count } from "./text.ts";

/**
 * One line per action of a plan, aligned: "create  function public.sign(text, text)  functions/entry.sql:12".
 * Comments and grants are left out.
 */
export function actionLines(plan: AssemblyPlan, paint: Paint): readonly string[] {
  const told = plan.actions.filter(isTold);
  const lines = columns(told.map((action) => [verb(action, paint), subject(action), paint.dim(place(action))]));
  return told.flatMap((action, index) => {
    // Several statements for one thing (a column and what is named after it) are one line.
    if (lines[index] === lines[index - 1]) return [];
    const below = forecastLine(action);
    const { note, kept } = action.kind === "change" ? action : {};
    return [
      lines[index] ?? "",
      ...(below === undefined ? [] : [`    ${paint.yellow(below)}`]),
      ...(note === undefined ? [] : [`    ${paint.yellow(`in one go, since ${note}`)}`]),
      ...(kept === undefined ? [] : [`    ${paint.dim(`kept for ${kept}: howdah schema trash`)}`]),
    ];
  });
}

/** "1 migration, 2 objects, 1 seed"; "nothing to do" for an empty plan. */
export function summary(plan: AssemblyPlan): string {
  const parts = [
    counted(plan, ["migrate", "redo"], "migration"),
    counted(plan, ["create", "replace"], "object"),
    counted(plan, ["change"], "change"),
    counted(plan, ["drop"], "removed object"),
    counted(plan, ["seed"], "seed"),
  ].filter((part) => part !== undefined);
  if (parts.length > 0) return parts.join(", ");
  return plan.actions.length === 0 ? "nothing to do" : "grants and comments";
}

function counted(plan: AssemblyPlan, kinds: readonly AssemblyAction["kind"][], noun: string): string | undefined {
  const number = plan.actions.filter((action) => kinds.includes(action.kind) && isTold(action)).length;
  return number === 0 ? undefined : count(number, noun);
}

/** Comments and grants come and go with their object: naming them as well would hide what matters. */
function isTold(action: AssemblyAction): boolean {
  return !("object" in action && /^(comment|grant|revoke)\b/.test(action.object));
}

function verb(action: AssemblyAction, paint: Paint): string {
  switch (action.kind) {
    case "migrate":
      return paint.green(action.outOfOrder ? "migrate (out of order)" : "migrate");
    case "create":
    case "seed":
      return paint.green(action.kind);
    case "redo":
    case "replace":
    case "detach":
      return paint.yellow(action.kind);
    case "drop":
      return paint.red(action.kind);
    case "change":
      return action.verb === "create"
        ? paint.green("create")
        : action.verb === "drop"
          ? paint.red("drop")
          : paint.yellow(action.verb);
  }
}

function subject(action: AssemblyAction): string {
  if (action.kind === "change" && action.stage !== undefined)
    return `${action.object} (${action.stage} of the transaction)`.replace("behind of", "behind");
  const isPlain = action.kind === "change" && action.verb === "rename" && action.aspect === "name";
  if (action.kind === "change" && action.aspect !== "" && !isPlain) return `${action.object} (${action.aspect})`;
  return "object" in action ? action.object : action.file;
}

function place(action: AssemblyAction): string {
  if (!("object" in action)) return "";
  const place = "line" in action && action.line !== undefined ? `${action.file}:${action.line}` : action.file;
  return "runs" in action && action.runs !== undefined ? `${place}  in ${runner(action.runs)}` : place;
}

function runner(runs: string): string {
  return runs === "worker" ? "the worker" : runs;
}
