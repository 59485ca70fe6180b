import { observeAhead, observeFrom, type ObserveOptions, type Watched } from "../../diff/index.ts";
import { sql, type Transaction } from "../../postgres/index.ts";

/** Each takes some hundred bytes: of more than these, one look is made when it is needed, and forgotten. */
const mostObjects = 20_000;
/** The database itself, and the one that holds what its files mean. */
const mostDatabases = 2;

/** The newest look at each database; what is in it was committed. */
const looks = new Map<string, Watched>();

/**
 * Observes a database as it is before it is changed: the first time all of it, and from then on, while this process lives,
 * what was written since the last look. What a transaction that has begun to write sees is not remembered: it may be taken
 * back, and nothing would tell.
 */
export async function lookAt(tx: Pick<Transaction, "query" | "execute">, options: ObserveOptions): Promise<Watched> {
  const { place, untouched } = await readPlace(tx, options);
  const earlier = looks.get(place);
  const look = await (earlier === undefined ? observeAhead(tx, options) : observeFrom(tx, earlier, options));
  if (!untouched) return look;
  looks.delete(place);
  if (look.seen.size <= mostObjects) looks.set(place, look);
  const [oldest] = looks.keys();
  if (looks.size > mostDatabases && oldest !== undefined) looks.delete(oldest);
  return look;
}

interface Place {
  readonly place: string;
  readonly untouched: boolean;
}

/** One that was started anew may have been restored from a copy, in which transactions have other numbers. */
async function readPlace(tx: Pick<Transaction, "query">, { leaveOut = [] }: ObserveOptions): Promise<Place> {
  const [row] = await tx.query<Place>(sql`
    select
      pg_catalog.concat_ws(' ', oid, pg_catalog.pg_postmaster_start_time(), current_user) as place,
      pg_catalog.pg_current_xact_id_if_assigned() is null as untouched
    from pg_catalog.pg_database
    where datname = pg_catalog.current_database()
  `);
  return { place: JSON.stringify([row?.place, leaveOut]), untouched: row?.untouched === true };
}
