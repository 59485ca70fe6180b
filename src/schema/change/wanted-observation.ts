import { observeParts, settle, type Fact, type Observation } from "../../diff/index.ts";
import { sql, type Transaction } from "../../postgres/index.ts";
import type { Desired } from "../desired/desired.ts";
import { lookAt } from "./looked-at.ts";
import { rolledBack } from "./reversed.ts";

let last: { readonly of: string; readonly seen: Promise<Observation> } | undefined;

/** What the files mean, seen by the observer: read once for as long as this process lives, since it never changes. */
export function wantedObservation(desired: Desired, admin: string): Promise<Observation> {
  const of = `${desired.hash} ${admin}`;
  if (last?.of === of) return last.seen;
  const seen = observeWanted(desired, admin);
  last = { of, seen };
  // One that failed is tried again.
  seen.catch(() => {
    if (last?.seen === seen) last = undefined;
  });
  return seen;
}

async function observeWanted(desired: Desired, admin: string): Promise<Observation> {
  await using scratch = await desired.connect();
  const { seen } = await rolledBack(scratch, async (tx) => lookAt(tx, { leaveOut: desired.leaveOut }));
  return inHandsOfAll(seen, desired.superuser, admin);
}

/** The same of these facts' relations alone, and of what belongs to none. */
export async function wantedOf(desired: Desired, admin: string, facts: readonly Fact[]): Promise<Observation> {
  await using scratch = await desired.connect();
  const seen = await rolledBack(scratch, async (tx) => {
    const left = await settle(tx, { leaveOut: desired.leaveOut });
    return (await observeParts(tx, left, { relations: await relationsOf(tx, facts), others: true })).seen;
  });
  return inHandsOfAll(seen, desired.superuser, admin);
}

/** Their oids: of tables, of the rows of composite types, and of the sequences that columns own. */
async function relationsOf(tx: Pick<Transaction, "query">, facts: readonly Fact[]): Promise<readonly string[]> {
  const addresses = [...new Set(facts.map(({ address }) => address.replace(/\d+$/, "0")))];
  const rows = await tx.query<{ oid: string }>(sql`
    with relation as (
      select coalesce(type.typrelid, named.oid) as oid
      from pg_catalog.unnest(${addresses}::text[]) as given(address)
      cross join lateral (
        select
          pg_catalog.split_part(given.address, '/', 1)::oid as class,
          pg_catalog.split_part(given.address, '/', 2)::oid as oid
      ) as named
      left join pg_catalog.pg_type as type
        on type.oid = named.oid
        and named.class = 'pg_catalog.pg_type'::pg_catalog.regclass
        and type.typrelid <> 0
      where type.oid is not null
        or named.class = 'pg_catalog.pg_class'::pg_catalog.regclass
    )
    select oid::text as oid
    from relation
    union
    select depend.objid::text
    from pg_catalog.pg_depend as depend
    join relation on relation.oid = depend.refobjid
    where depend.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
      and depend.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
      and depend.deptype in ('a', 'i')
  `);
  return rows.map(({ oid }) => oid);
}

function inHandsOfAll(seen: Observation, from: string, to: string): Observation {
  return new Map([...seen].map(([object, value]) => [object, inHandsOf(value, from, to)]));
}

/** As an owner, and as who holds privileges. */
function inHandsOf(value: string, from: string, to: string): string {
  if (from === to) return value;
  const holder = (role: string): string => (/^\w+$/.test(role) ? role : `"${role.replaceAll('"', '""')}"`);
  const start = (text: string): string => JSON.stringify(text).slice(0, -1);
  return value
    .replaceAll(JSON.stringify(from), JSON.stringify(to))
    .replaceAll(start(`${holder(from)}=`), start(`${holder(to)}=`));
}
