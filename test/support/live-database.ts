import { randomBytes } from "node:crypto";
import { after, type TestContext } from "node:test";
import { connect, type Connection } from "../../src/postgres/index.ts";
import { dropDatabase, testServer } from "./database.ts";
import { planOnce } from "./prepared.ts";

interface Live {
  readonly name: string;
  readonly connection: Connection;
  uses: number;
}

const idle: Live[] = [];
/** Catalogs grow by what was dropped in them, since nothing is vacuumed. */
const mostUses = 40;

/**
 * A session in an empty database that the test may do anything in. Where all that it made can be dropped again, the next
 * test gets the same: to make a database and to get to know its catalogs takes longer than most tests.
 */
export async function liveDatabase(t: TestContext): Promise<Connection> {
  const live = idle.pop() ?? (await create());
  live.uses++;
  t.after(async () => {
    if (live.uses < mostUses && (await isEmptied(live.connection))) idle.push(live);
    else await discard(live);
  });
  return live.connection;
}

async function create(): Promise<Live> {
  const name = `t_${randomBytes(5).toString("hex")}`;
  await using creator = await connect(testServer());
  await creator.execute(`create database ${name} template template0`);
  const connection = await connect({ ...testServer(), database: name });
  await connection.execute(planOnce);
  return { name, connection, uses: 0 };
}

async function discard({ name, connection }: Live): Promise<void> {
  await connection.close();
  await dropDatabase(testServer(), name);
}

async function isEmptied(connection: Connection): Promise<boolean> {
  try {
    await connection.execute("rollback; reset session authorization; reset all; discard temp");
    await connection.execute(`set client_min_messages = warning; ${planOnce}`);
    await connection.execute(emptying);
    await connection.execute("reset client_min_messages");
    const [row] = await connection.query<{ rest: boolean }>({ text: leftovers, values: [] });
    return row?.rest === false;
  } catch {
    return false;
  }
}

/** Drops the schemas but public, of which only what is in it: all plans are made anew where a schema comes or goes. */
export const emptying = `
do $$
declare
  item record;
begin
  for item in
    select nspname
    from pg_namespace
    where nspname not in ('information_schema', 'public') and not starts_with(nspname, 'pg_')
  loop
    execute format('drop schema %I cascade', item.nspname);
  end loop;
  for item in
    select classid, objid
    from pg_depend as own
    where refclassid = 'pg_namespace'::regclass
      and refobjid = 'public'::regnamespace
      and not exists (
        select from pg_depend as inner_part
        where (inner_part.classid, inner_part.objid, inner_part.deptype) = (own.classid, own.objid, 'i')
          and inner_part.refobjid <> own.objid
      )
  loop
    -- What went along with another has no name any more.
    select format('drop %s %s cascade', type, identity) as statement
    into item
    from pg_identify_object(item.classid, item.objid, 0)
    where identity is not null;
    continue when not found;
    execute item.statement;
  end loop;
end $$;
alter schema public owner to pg_database_owner;
revoke all on schema public from public;
grant usage on schema public to public;
comment on schema public is 'standard public schema'
`;

/** Whether anything else was made: what a database is born with has a lower oid. */
const leftovers = `
  select exists (
    select from pg_namespace where oid >= 16384 and nspname <> 'public'
    union all select from pg_class where oid >= 16384
    union all select from pg_proc where oid >= 16384
    union all select from pg_type where oid >= 16384
    union all select from pg_operator where oid >= 16384
    union all select from pg_cast where oid >= 16384
    union all select from pg_language where oid >= 16384
    union all select from pg_am where oid >= 16384
    union all select from pg_extension where oid >= 16384
    union all select from pg_foreign_data_wrapper where oid >= 16384
    union all select from pg_foreign_server where oid >= 16384
    union all select from pg_event_trigger where oid >= 16384
    union all select from pg_publication where oid >= 16384
    union all select from pg_default_acl where oid >= 16384
    union all select from pg_largeobject_metadata where oid >= 16384
    union all select from pg_transform where oid >= 16384
    union all select from pg_depend where objid >= 16384 or refobjid >= 16384
    union all
    select
    from pg_db_role_setting
    where setdatabase = (select oid from pg_database where datname = current_database())
    union all
    select
    from pg_shdepend
    where dbid = (select oid from pg_database where datname = current_database())
      and not (classid = 'pg_namespace'::regclass and objid = 'public'::regnamespace)
  ) as rest
`;

after(async () => {
  for (const live of idle) await discard(live);
});
