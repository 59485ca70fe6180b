export { requiredQuery } from "./main.ts";
export type { RestCaller } from "./context.ts";
export type { RestResult, RestStatements } from "./statements.ts";
export { toInspection, toStatements } from "./to-statements.ts";
