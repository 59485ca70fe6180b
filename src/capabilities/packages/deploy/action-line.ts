import type { PackageAction } from "./deployment.ts";

/** An action in a few words: "create schema price_1_1_0". */
export function actionLine(action: PackageAction): string {
  switch (action.kind) {
    case "create schema":
      return `create schema ${action.schema}`;
    case "rename schema":
      return `rename schema ${action.schema} to ${action.to}`;
    case "drop schema":
      return `drop schema ${action.schema} with everything in it`;
    case "script":
      return `${action.phase.padEnd(8)} ${action.file} (${statements(action.statements)})`;
    case "prune":
      return `drop ${action.objects.join(", ")}`;
    case "grant":
      return `grant usage to ${action.roles.join(", ")}`;
    case "own":
      return `owner ${action.role}`;
    case "step":
      return `step     ${action.file} (${statements(action.statements)}, outside of the transaction)`;
  }
}

function statements(number: number): string {
  return number === 1 ? "1 statement" : `${number} statements`;
}
