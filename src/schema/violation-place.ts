import type { Position, PostgresFields } from "../errors/index.ts";
import { sql, type Connection } from "../postgres/index.ts";
import { declaredSince, readCoreVersion } from "./core.ts";
import { keysOfError } from "./desired/origin-json.ts";
import { migrationPlace, type ViolationPlace, type Wanted } from "./migration-place.ts";

type Query = Pick<Connection, "query">;

/**
 * Where the constraint is declared that a row violates, or the column that may not be null: in schema/ as the ledger of the
 * database has it, else in the newest migration that made it. As <db>_service or the owner.
 *
 * Undefined for an error that is no violation, and for what neither has made.
 */
export async function violationPlace(
  connection: Query,
  fields: PostgresFields | undefined,
): Promise<ViolationPlace | undefined> {
  if (fields === undefined || !fields.sqlstate.startsWith("23")) return undefined;
  const core = await readCoreVersion(connection);
  if (core === 0) return undefined;
  const declared = core < declaredSince ? undefined : await declaredPlace(connection, fields);
  return declared ?? (await migratedPlace(connection, fields));
}

async function declaredPlace(connection: Query, fields: PostgresFields): Promise<ViolationPlace | undefined> {
  const rows = await connection.query<Position>(sql`
    select file, line, column_number as "column"
    from howdah.declared
    join pg_catalog.unnest(${[...keysOfError(fields)]}::text[]) with ordinality as wanted(key, rank) using (key)
    where file <> ''
    order by rank
    limit 1
  `);
  return rows[0] && { position: rows[0] };
}

async function migratedPlace(connection: Query, fields: PostgresFields): Promise<ViolationPlace | undefined> {
  const wanted = await readWanted(connection, fields);
  if (wanted === undefined) return undefined;
  const migrations = await connection.query<{ file: string; source: string }>(sql`
    select file, source
    from howdah.migration
    order by version desc
  `);
  return await migrationPlace(migrations, wanted);
}

/** What the catalog knows of the constraint: Postgres has named it where its file did not. */
async function readWanted(connection: Query, fields: PostgresFields): Promise<Wanted | undefined> {
  const { schema, table, dataType, column, constraint } = fields;
  const relation = table ?? dataType;
  if (schema === undefined || relation === undefined) return undefined;
  const [made] = await connection.query<{ type: string; column: string | null }>(sql`
    select contype as type, attname as column
    from pg_catalog.pg_constraint as made
    join pg_catalog.pg_namespace as namespace on namespace.oid = connamespace
    left join pg_catalog.pg_class as relation on relation.oid = conrelid
    left join pg_catalog.pg_type as domain on domain.oid = contypid
    left join pg_catalog.pg_attribute as attribute
      on attrelid = conrelid
      and attnum = conkey[1]
      and pg_catalog.cardinality(conkey) = 1
    where nspname = ${schema}
      and coalesce(relname, typname) = ${relation}
      and conname = ${constraint ?? null}
  `);
  return { schema, relation, constraint, type: made?.type, column: column ?? made?.column ?? undefined };
}
