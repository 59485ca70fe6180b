import { quoteIdentifier, sql, type Connection } from "../postgres/index.ts";

/**
 * Takes CONNECT and TEMPORARY on the databases that every cluster begins with off PUBLIC; finds nothing to do from the
 * second time on.
 *
 * For clusters of ours: a request that escaped its role could otherwise leave things in databases that nobody looks at.
 */
export async function closeMaintenanceDatabases(connection: Connection): Promise<void> {
  const open = await connection.query<{ name: string }>(sql`
    select datname as name
    from pg_catalog.pg_database
    where datname in ('postgres', 'template1')
      and (
        pg_catalog.has_database_privilege('public', oid, 'connect')
        or pg_catalog.has_database_privilege('public', oid, 'temporary')
      )
    order by datname
  `);
  if (open.length === 0) return;
  const names = open.map(({ name }) => quoteIdentifier(name)).join(", ");
  await connection.execute(`revoke connect, temporary on database ${names} from public`);
}
