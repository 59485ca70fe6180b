import { textsOfGate, workerSchema } from "../language/index.ts";
import { sql, type Connection } from "../postgres/index.ts";
import { readSourceMap, type SourceMap } from "../schema/index.ts";

/** The source map of a project's database, with the files that its functions in other languages were made of. */
export async function readProjectMap(
  connection: Connection,
  read: (file: string) => Promise<string>,
): Promise<SourceMap> {
  const gates = await connection.query<{ body: string }>(sql`
    select proc.prosrc as body
    from pg_catalog.pg_proc as proc
    join pg_catalog.pg_namespace as namespace on namespace.oid = proc.pronamespace
    where namespace.nspname = ${workerSchema}
      and proc.proname ~ '_[0-9a-f]{12}$'
  `);
  return await readSourceMap(connection, {
    texts: new Map(gates.flatMap(({ body }) => [...textsOfGate(body)])),
    read,
  });
}
