import type { Connection, Transaction } from "../../postgres/index.ts";
import { queryCatalog } from "./cache-sql.ts";
import { readDistances } from "./distance.ts";
import { readColumns } from "./read-columns.ts";
import { readKeys } from "./key.ts";
import { toMediaHandler, type MediaHandlerRow } from "./media-handler.ts";
import { readRelations } from "./read-relations.ts";
import { readRelationships } from "./read-relationships.ts";
import { readRoutines } from "./read-routines.ts";
import type { Representation, SchemaCache } from "./schema-cache.ts";
import { castKey } from "./schema-cache.ts";
import { readViews } from "./view.ts";

export interface SchemaCacheOptions {
  /** Exposed schemas; those that do not exist hold nothing. */
  readonly schemas: readonly string[];
  /** Further schemas of the search_path: views there are looked through. */
  readonly extraSearchPath: readonly string[];
  /** Names of function settings that are raised to the transaction. */
  readonly hoistedSettings: readonly string[];
}

/** Reads all that requests are planned against, as of one moment, without any privilege beyond those of PUBLIC. */
export async function readSchemaCache(
  connection: Pick<Connection, "transaction">,
  options: SchemaCacheOptions,
): Promise<SchemaCache> {
  return await connection.transaction(async (tx) => {
    await tx.execute("set transaction isolation level repeatable read, read only; set local search_path to ''");
    return await readAll(tx, options);
  });
}

async function readAll(tx: Transaction, options: SchemaCacheOptions): Promise<SchemaCache> {
  const { schemas, extraSearchPath, hoistedSettings } = options;
  const columns = await readColumns(tx, schemas);
  const keys = await readKeys(tx, columns);
  const views = await readViews(tx, schemas, extraSearchPath);
  const relations = await readRelations(tx, schemas, { columns, keys, views });
  return {
    serverVersion: await readVersion(tx),
    relations,
    relationships: await readRelationships(tx, { schemas: new Set(schemas), relations, keys, views }),
    routines: await readRoutines(tx, schemas, hoistedSettings),
    representations: await readRepresentations(tx),
    distances: await readDistances(tx),
    mediaHandlers: (await queryCatalog<MediaHandlerRow>(tx, "media-handlers", [schemas])).map(toMediaHandler),
    schemaDescriptions: await readDescriptions(tx, schemas),
  };
}

async function readVersion(tx: Transaction): Promise<number> {
  const [row] = await tx.query<{ version: number }>({
    text: "select pg_catalog.current_setting('server_version_num')::integer as version",
    values: [],
  });
  return row?.version ?? 0;
}

async function readRepresentations(tx: Transaction): Promise<ReadonlyMap<string, Representation>> {
  const rows = await queryCatalog<{ source: string; target: string; schema: string; name: string }>(
    tx,
    "representations",
  );
  return new Map(
    rows.map(({ source, target, schema, name }) => [
      castKey(source, target),
      { source, target, routine: { schema, name } },
    ]),
  );
}

async function readDescriptions(tx: Transaction, schemas: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await queryCatalog<{ name: string; description: string | null }>(tx, "schemas", [schemas]);
  return new Map(rows.flatMap(({ name, description }) => (description === null ? [] : [[name, description]])));
}
