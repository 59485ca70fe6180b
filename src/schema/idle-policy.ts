import { sql, type Transaction } from "../postgres/index.ts";

/**
 * Oids of the policies on tables whose row security is off although others than the owner may use them. Where nobody else may,
 * a policy has nothing to protect the rows from: it never holds for the owner, unless it is forced.
 */
export async function readIdlePolicies(tx: Pick<Transaction, "query">): Promise<ReadonlySet<string>> {
  const rows = await tx.query<{ oid: string }>(sql`
    select policy.oid::text as oid
    from pg_catalog.pg_policy as policy
    join pg_catalog.pg_class as relation on relation.oid = policy.polrelid
    where not relation.relrowsecurity
      and (
        relation.relforcerowsecurity
        or exists (
          select
          from pg_catalog.aclexplode(relation.relacl) as item
          where item.grantee <> relation.relowner
        )
        or exists (
          select
          from pg_catalog.pg_attribute as attribute, pg_catalog.aclexplode(attribute.attacl) as item
          where attribute.attrelid = relation.oid
            and item.grantee <> relation.relowner
        )
      )
  `);
  return new Set(rows.map((row) => row.oid));
}
