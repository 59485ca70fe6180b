export { columns, distinctFields, matchColumns, treePath } from "./field.ts";
export { logicPath, logicTree } from "./logic.ts";
export { plainCondition, wholeCondition } from "./operation.ts";
export type { Condition } from "./operation.ts";
export { orderTerms, orderTermsByOperator } from "./order.ts";
export { parseOptional, parseText } from "./parse-text.ts";
export { selectItems } from "./select.ts";
