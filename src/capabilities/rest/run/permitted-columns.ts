import { nameKey } from "../../../catalog/index.ts";
import { sqlFiles, type Connection } from "../../../postgres/index.ts";
import type { PermittedColumns } from "../plan/index.ts";

const text = sqlFiles(new URL("./sql/", import.meta.url));

interface PermittedRow {
  readonly role: string;
  readonly schema: string;
  readonly relation: string;
  readonly columns: readonly string[];
}

/** What roles may read of relations that they may not read as a whole, by the role that `login` may become. */
export async function readPermittedColumns(
  connection: Pick<Connection, "query">,
  login: string,
  schemas: readonly string[],
): Promise<ReadonlyMap<string, PermittedColumns>> {
  const rows = await connection.query<PermittedRow>({ text: text("permitted-columns"), values: [login, schemas] });
  return new Map(
    [...Map.groupBy(rows, ({ role }) => role)].map(([role, found]) => [
      role,
      new Map(found.map(({ schema, relation, columns }) => [nameKey({ schema, name: relation }), new Set(columns)])),
    ]),
  );
}
