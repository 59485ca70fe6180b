import { sql, type Connection, type Transaction } from "../../../postgres/index.ts";

/** What outside of an extension needs something of it, as Postgres describes it: "table account column position". */
export async function dependentsOf(connection: Connection | Transaction, name: string): Promise<readonly string[]> {
  const rows = await connection.query<{ description: string }>(sql`
    with recursive member as (
      select depend.classid, depend.objid
      from pg_catalog.pg_depend as depend
      join pg_catalog.pg_extension as extension
        on depend.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
        and depend.refobjid = extension.oid
      where depend.deptype = 'e' and extension.extname = ${name}
      union
      -- what goes with it: the row type of a table, the array type of a type, the constraint of a domain
      select depend.classid, depend.objid
      from member
      join pg_catalog.pg_depend as depend
        on depend.refclassid = member.classid and depend.refobjid = member.objid
      where depend.deptype in ('i', 'a')
    )
    select distinct pg_catalog.pg_describe_object(depend.classid, depend.objid, depend.objsubid) as description
    from member
    join pg_catalog.pg_depend as depend
      on depend.refclassid = member.classid and depend.refobjid = member.objid
    where depend.deptype = 'n'
      and not exists (
        select from member as inside
        where inside.classid = depend.classid and inside.objid = depend.objid
      )
    order by description
  `);
  return rows.map(({ description }) => description);
}
