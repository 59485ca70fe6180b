import { observeAhead, observeFrom, type ObserveOptions, type Watched } from "../../diff/index.ts";
import { sql, type Transaction } from "../../postgres/index.ts";

/** Each takes some hundred bytes: of more than these, one look is made when it is needed, and forgotten. */
const mostObjects = 20_000;
/** The database itself, and the one that holds what its files mean. */
const mostDatabases = 2;

interface Look extends Watched {
  /** Names that stand in what is seen, and are written elsewhere than there: of roles and tablespaces. */
  readonly names: Names;
}

type Names = Readonly<Record<string, string>>;

/** The newest look at each database; what is in it was committed. */
const looks = new Map<string, Look>();

/**
 * Observes a database as it is before it is changed: the first time all of it, and from then on, while this process lives,
 * what was written since the last look. What a transaction that has begun to write sees is not remembered: it may be taken
 * back, and nothing would tell.
 */
export async function lookAt(tx: Pick<Transaction, "query" | "execute">, options: ObserveOptions): Promise<Watched> {
  const { place, names, untouched } = await readPlace(tx, options);
  const earlier = looks.get(place);
  const isUsable = earlier !== undefined && !isRenamed(earlier.names, names);
  const look = await (isUsable ? observeFrom(tx, earlier, options) : observeAhead(tx, options));
  if (!untouched) return look;
  looks.delete(place);
  if (look.seen.size <= mostObjects) looks.set(place, { ...look, names });
  const [oldest] = looks.keys();
  if (looks.size > mostDatabases && oldest !== undefined) looks.delete(oldest);
  return look;
}

/** Those that are new stand in nothing older, and those that are gone in nothing. */
function isRenamed(before: Names, now: Names): boolean {
  return Object.entries(before).some(([id, name]) => now[id] !== undefined && now[id] !== name);
}

interface Place {
  readonly place: string;
  readonly names: Names;
  readonly untouched: boolean;
}

/** One that was started anew may have been restored from a copy, in which transactions have other numbers. */
async function readPlace(tx: Pick<Transaction, "query">, { leaveOut = [] }: ObserveOptions): Promise<Place> {
  const [row] = await tx.query<Place>(sql`
    select
      pg_catalog.concat_ws(' ', oid, pg_catalog.pg_postmaster_start_time(), current_user) as place,
      (
        select pg_catalog.json_object_agg(id, name)
        from (
          select 'role ' || oid::text as id, rolname as name
          from pg_catalog.pg_roles
          union all
          select 'tablespace ' || oid::text, spcname
          from pg_catalog.pg_tablespace
        ) as named
      ) as names,
      pg_catalog.pg_current_xact_id_if_assigned() is null as untouched
    from pg_catalog.pg_database
    where datname = pg_catalog.current_database()
  `);
  return {
    place: JSON.stringify([row?.place, leaveOut]),
    names: row?.names ?? {},
    untouched: row?.untouched === true,
  };
}
