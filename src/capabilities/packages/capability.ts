import type { Capability } from "../../capability/index.ts";
import { checkTable } from "../../project/index.ts";

/** The ledger and SQL API of packages, as they are installed; what a project has besides is in index.ts. */
export const ledger: Capability = {
  name: "packages",
  needs: [],
  schema: "_pgpm",
  sql: new URL("./sql/", import.meta.url),
  settings: (raw) => checkTable(raw, {}),
};
