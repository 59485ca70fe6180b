import { sqlFiles } from "../postgres/index.ts";

/** The text of sql/NAME.sql. */
export const staticSql = sqlFiles(new URL("./sql/", import.meta.url));
