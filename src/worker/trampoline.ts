import { readFileSync } from "node:fs";
import { quoteIdentifier } from "../postgres/index.ts";

let text: string | undefined;

/** What routines of the worker call in the database, as SQL that may run again; `dblink` is the extension's schema. */
export function trampolineSql(dblink: string): string {
  text ??= readFileSync(new URL("./sql/trampoline.sql", import.meta.url), "utf8");
  return text.replaceAll("@dblink@", () => quoteIdentifier(dblink));
}
