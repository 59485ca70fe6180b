import type { Capability } from "../../capability/index.ts";
import { checkTable } from "../../project/index.ts";

/** SQL packages: their ledger and SQL API in the schema _pgpm. */
export const packages: Capability = {
  name: "packages",
  needs: [],
  schema: "_pgpm",
  sql: new URL("./sql/", import.meta.url),
  settings: (raw) => checkTable(raw, {}),
};
