export type { Described } from "./described.ts";
export { describeOpenApi } from "./openapi/index.ts";
export { privilegesQuery, toAccessible } from "./privileges.ts";
export type { Accessible } from "./privileges.ts";
export { describeApi } from "./swagger.ts";
