import { sql, type Connection } from "../postgres/index.ts";

/** What a server says of the roles and the database of a project. */
export interface RoleState {
  /** The role that is connected. */
  readonly self: string;
  readonly superuser: boolean;
  /** server_version_num / 10000. */
  readonly major: number;
  readonly databaseOwner: string | undefined;
  readonly roles: ReadonlyMap<string, RoleFacts>;
  /** "member role" pairs: who may SET ROLE to whom. */
  readonly canBecome: ReadonlySet<string>;
}

/** One existing role. */
export interface RoleFacts {
  readonly name: string;
  readonly superuser: boolean;
  readonly bypassrls: boolean;
  readonly login: boolean;
  /** What is stored for its password; undefined where the connected role may not see it. */
  readonly verifier: string | null | undefined;
  /** What ALTER ROLE … SET gave it, "name=value", for every database (null) or for one. */
  readonly settings: readonly { readonly database: string | null; readonly settings: readonly string[] }[];
}

/** Reads what there is of the named roles and of the database. */
export async function readRoleState(
  connection: Connection,
  database: string,
  names: readonly string[],
): Promise<RoleState> {
  const [session] = await connection.query<{
    self: string;
    superuser: boolean;
    major: number;
    owner: string | null;
  }>(sql`
    select
      current_user as self,
      role.rolsuper as superuser,
      pg_catalog.current_setting('server_version_num')::integer / 10000 as major,
      (select pg_catalog.pg_get_userbyid(datdba) from pg_catalog.pg_database where datname = ${database}) as owner
    from pg_catalog.pg_roles as role
    where role.rolname = current_user
  `);
  const major = session?.major ?? 0;
  const superuser = session?.superuser === true;
  const roles = await readRoles(connection, names, superuser);
  return {
    self: session?.self ?? "",
    superuser,
    major,
    databaseOwner: session?.owner ?? undefined,
    roles: new Map(roles.map((role) => [role.name, role])),
    canBecome: await readCanBecome(connection, [...names, session?.self ?? ""], major),
  };
}

async function readRoles(
  connection: Connection,
  names: readonly string[],
  superuser: boolean,
): Promise<readonly RoleFacts[]> {
  const verifier = superuser
    ? sql.file("(select rolpassword from pg_catalog.pg_authid as secret where secret.oid = role.oid)")
    : sql.file("null");
  const rows = await connection.query<RoleFacts>(sql`
    select
      role.rolname as name,
      role.rolsuper as superuser,
      role.rolbypassrls as bypassrls,
      role.rolcanlogin as login,
      ${verifier} as verifier,
      (
        select coalesce(
          pg_catalog.json_agg(pg_catalog.json_build_object('database', datname, 'settings', setconfig) order by datname),
          '[]'
        )
        from pg_catalog.pg_db_role_setting
        left join pg_catalog.pg_database as place on place.oid = setdatabase
        where setrole = role.oid
      ) as settings
    from pg_catalog.pg_roles as role
    where role.rolname = any (${[...names]}::text[])
  `);
  return superuser ? rows : rows.map((row) => ({ ...row, verifier: undefined }));
}

/** Up to 15 every member may SET ROLE; from 16 on, membership may be without it. */
async function readCanBecome(
  connection: Connection,
  names: readonly string[],
  major: number,
): Promise<ReadonlySet<string>> {
  const privilege = major >= 16 ? "SET" : "MEMBER";
  const rows = await connection.query<{ member: string; role: string }>(sql`
    select member.rolname as member, role.rolname as role
    from pg_catalog.pg_roles as member
    cross join pg_catalog.pg_roles as role
    where member.rolname = any (${[...names]}::text[])
      and role.rolname = any (${[...names]}::text[])
      and pg_catalog.pg_has_role(member.oid, role.oid, ${privilege})
  `);
  return new Set(rows.map((row) => `${row.member} ${row.role}`));
}
