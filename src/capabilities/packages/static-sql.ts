import { sqlFiles } from "../../postgres/index.ts";

/** The text of queries/NAME.sql. */
export const staticSql = sqlFiles(new URL("./queries/", import.meta.url));
