import { sql, sqlFiles, type Connection, type Sql } from "../../../../postgres/index.ts";
import { settingsList } from "./settings-list.ts";

const text = sqlFiles(new URL("./sql/", import.meta.url));

/**
 * Settings that the database holds: pgrst.… of the login role, for this database or all, and above them what the
 * function `preConfig` sets. Names with underscores, as the settings' own with dashes.
 */
export async function readDatabaseConfig(
  connection: Connection,
  preConfig: string | null,
): Promise<ReadonlyMap<string, string>> {
  const names = settingsList.filter(({ inDatabase }) => inDatabase).map(({ name }) => name.replaceAll("-", "_"));
  const ofRole = await connection.query<Entry>({ text: text("role-config"), values: [names] });
  const ofFunction = preConfig === null ? [] : await readPreConfig(connection, preConfig, names);
  return new Map([...ofRole, ...ofFunction].map(({ name, value }) => [name, value]));
}

interface Entry {
  readonly name: string;
  readonly value: string;
}

/** In a transaction of its own, as what the function sets is local to it. */
async function readPreConfig(
  connection: Connection,
  preConfig: string,
  names: readonly string[],
): Promise<readonly Entry[]> {
  return await connection.transaction(async (transaction) => {
    await transaction.query(preConfigCall(preConfig));
    return await transaction.query<Entry>({ text: text("current-config"), values: [names] });
  });
}

/** `schema.function`, or a function of the search_path. */
function preConfigCall(name: string): Sql {
  const dot = name.indexOf(".");
  const routine = dot < 0 ? sql.ref(name) : sql.ref(name.slice(0, dot), name.slice(dot + 1));
  return sql`select ${routine}()`;
}
