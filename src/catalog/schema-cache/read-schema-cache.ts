import type { Connection, Transaction } from "../../postgres/index.ts";
import { queryCatalog } from "./cache-sql.ts";
import { readDistances } from "./distance.ts";
import { readColumns } from "./read-columns.ts";
import { readKeys } from "./key.ts";
import { toMediaHandler, type MediaHandler, type MediaHandlerRow } from "./media-handler.ts";
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
  // All queries are asked at once: Postgres works on the next while the rows of the last are made into what they mean.
  const columns = readColumns(tx, schemas);
  const keys = readKeys(tx, columns);
  const views = readViews(tx, schemas, extraSearchPath);
  const relations = readRelations(tx, schemas, { columns, keys, views });
  const relationships = readRelationships(tx, { schemas: new Set(schemas), relations, keys, views });
  const others = [
    readVersion(tx),
    readRoutines(tx, schemas, hoistedSettings),
    readRepresentations(tx),
    readDistances(tx),
    readMediaHandlers(tx, schemas),
    readDescriptions(tx, schemas),
  ] as const;
  const [serverVersion, routines, representations, distances, mediaHandlers, schemaDescriptions, ...linked] =
    await Promise.all([...others, relations, relationships, columns, keys, views]);
  return {
    serverVersion,
    relations: linked[0],
    relationships: linked[1],
    ...{ routines, representations, distances, mediaHandlers, schemaDescriptions },
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

async function readMediaHandlers(tx: Transaction, schemas: readonly string[]): Promise<readonly MediaHandler[]> {
  return (await queryCatalog<MediaHandlerRow>(tx, "media-handlers", [schemas])).map(toMediaHandler);
}

async function readDescriptions(tx: Transaction, schemas: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await queryCatalog<{ name: string; description: string | null }>(tx, "schemas", [schemas]);
  return new Map(rows.flatMap(({ name, description }) => (description === null ? [] : [[name, description]])));
}
