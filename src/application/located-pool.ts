import { textsOfGate, workerSchema } from "../language/index.ts";
import { connect, sql, StatementError, type RequestPool } from "../postgres/index.ts";
import { locateError, readSourceMap, type SourceMap } from "../schema/index.ts";
import type { ProjectDatabase } from "./application.ts";
import type { Events } from "./events.ts";

/** The failure at its place in the user's files, or as it is where no routine of the user's was running. */
export type Locator = (error: StatementError) => Promise<StatementError>;

// Another process may assemble while this one serves: a map is trusted for so long, and a routine whose body has
// changed since is never shown with wrong lines.
const trustedMs = 10_000;

/** Looks errors up in the source map that the database holds, read when the first one arises and after each assembly. */
export function createLocator(database: ProjectDatabase, events: Events): Locator {
  let map: { readonly read: Promise<SourceMap>; readonly at: number } | undefined;
  events.on((event) => {
    if (event.kind === "assembled") map = undefined;
  });
  return async (error) => {
    if (error.postgres?.where === undefined) return error;
    if (map === undefined || Date.now() - map.at > trustedMs) map = { read: readMap(database), at: Date.now() };
    const place = locateError(error, await map.read);
    return place === undefined ? error : error.at(place);
  };
}

/** A pool whose failures inside the user's routines point into the user's files. */
export function locatedPool(pool: RequestPool, locate: Locator): RequestPool {
  return {
    run: async (context, queries, options) => {
      try {
        return await pool.run(context, queries, options);
      } catch (error) {
        // What can't be located is still an answer: the request's own failure is the one that matters.
        throw error instanceof StatementError ? await locate(error).catch(() => error) : error;
      }
    },
    stream: async (context, query, options) => {
      try {
        return await pool.stream(context, query, options);
      } catch (error) {
        throw error instanceof StatementError ? await locate(error).catch(() => error) : error;
      }
    },
    get size() {
      return pool.size;
    },
    close: () => pool.close(),
  };
}

async function readMap(database: ProjectDatabase): Promise<SourceMap> {
  await using connection = await connect(database.service, { applicationName: "howdah source map" });
  const gates = await connection.query<{ body: string }>(sql`
    select proc.prosrc as body
    from pg_catalog.pg_proc as proc
    join pg_catalog.pg_namespace as namespace on namespace.oid = proc.pronamespace
    where namespace.nspname = ${workerSchema}
      and proc.proname ~ '_[0-9a-f]{12}$'
  `);
  return await readSourceMap(connection, new Map(gates.flatMap(({ body }) => [...textsOfGate(body)])));
}
