export { failureOf } from "./failure.ts";
export type { Failure, FromRunner, Runner, ToRunner } from "./message.ts";
export { createSql } from "./sql.ts";
export { decodeArguments, encodeLater, parseExact } from "./value.ts";
