import type { PostgresFields } from "../errors/index.ts";
import { connect, StatementError, type RequestPool } from "../postgres/index.ts";
import type { Tree } from "../project/index.ts";
import { locateError, violationPlace, type SourceMap, type ViolationPlace } from "../schema/index.ts";
import type { ProjectDatabase } from "./application.ts";
import { atPlaces } from "./at-places.ts";
import type { Events } from "./events.ts";
import { readProjectMap } from "./project-map.ts";

/** The failure at its place in the user's files, or as it is where no line of the user's has to do with it. */
export type Locator = (error: StatementError) => Promise<StatementError>;

// Another process may assemble while this one serves: a map is trusted for so long, and a routine whose body has
// changed since is never shown with wrong lines.
const trustedMs = 10_000;

/**
 * Looks errors up in what the database knows of the user's files: the line of the routine that was running, from the source
 * map, read when the first one arises and after each assembly; else the line of the constraint that a row violates.
 */
export function createLocator(database: ProjectDatabase, events: Events, tree: Tree): Locator {
  let known: Known | undefined;
  events.on((event) => {
    if (event.kind === "assembled") known = undefined;
  });
  return async (error) => {
    if (known === undefined || Date.now() - known.at > trustedMs) known = { at: Date.now(), violated: new Map() };
    const { postgres } = error;
    const running =
      postgres?.where === undefined ? undefined : locateError(error, await (known.map ??= readMap(database, tree)));
    return atPlaces(error, running, await findViolated(database, { known, error, tree }));
  };
}

/** What was read, for as long as it is trusted. */
interface Known {
  readonly at: number;
  map?: Promise<SourceMap>;
  /** By what was violated: a visitor who violates one again and again costs no more connections. */
  readonly violated: Map<string, Promise<ViolationPlace | undefined>>;
}

async function findViolated(
  database: ProjectDatabase,
  { known, error, tree }: { readonly known: Known; readonly error: StatementError; readonly tree: Tree },
): Promise<ViolationPlace | undefined> {
  const { postgres } = error;
  if (postgres?.sqlstate.startsWith("23") !== true) return undefined;
  const { schema, table, column, dataType, constraint } = postgres;
  const key = JSON.stringify([schema, table, column, dataType, constraint]);
  const found = known.violated.get(key) ?? readViolated(database, postgres, tree);
  known.violated.set(key, found);
  return await found;
}

/** The place with the text that its code frame is cut from, as far as the tree has it. */
async function readViolated(
  database: ProjectDatabase,
  fields: PostgresFields,
  tree: Tree,
): Promise<ViolationPlace | undefined> {
  await using connection = await connect(database.service, { applicationName: "howdah source map" });
  const place = await violationPlace(connection, fields);
  if (place === undefined || place.source !== undefined) return place;
  const text = await tree.read(place.position.file).catch(() => undefined);
  return { ...place, source: text?.toString("utf8") };
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

async function readMap(database: ProjectDatabase, tree: Tree): Promise<SourceMap> {
  await using connection = await connect(database.service, { applicationName: "howdah source map" });
  return await readProjectMap(connection, async (file) => (await tree.read(file)).toString("utf8"));
}
