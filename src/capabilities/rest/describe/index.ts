export { privilegesQuery, toAccessible } from "./privileges.ts";
export type { Accessible } from "./privileges.ts";
export { describeApi } from "./swagger.ts";
export type { Described } from "./swagger.ts";
