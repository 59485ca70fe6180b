import { quoteIdentifier, sql, type Connection } from "../postgres/index.ts";
import type { RoleState } from "./role-state.ts";
import type { DatabaseRoles } from "./roles.ts";

/** Statements that are missing inside a database. */
export interface PrivilegePlan {
  /** Run as the connected role: they hand the database to its owner. */
  readonly ownership: readonly string[];
  /** Run as the owner. */
  readonly privileges: readonly string[];
}

interface PrivilegeFacts {
  readonly database_owner: string;
  readonly public_owner: string | null;
  readonly public_connects: boolean;
  readonly public_uses: boolean;
  readonly public_executes: boolean;
}

/** Compares a database with what is to be granted and revoked in it; two empty lists when all is as it should be. */
export async function planPrivileges(
  connection: Connection,
  database: string,
  roles: DatabaseRoles,
  state: RoleState,
): Promise<PrivilegePlan> {
  const facts = await readFacts(connection, database, roles);
  const connecting = [roles.authenticator, roles.service, ...(state.superuser ? [] : [state.self])];
  const using = [roles.anon, roles.authenticated, roles.serviceRole];
  return {
    ownership: ownershipOf(facts, database, roles),
    privileges: [
      ...(facts?.public_connects === true
        ? [`revoke connect, temporary on database ${quoteIdentifier(database)} from public`]
        : []),
      ...missing(
        await lacking(
          connection,
          { kind: "database", name: database, privilege: "connect", owner: roles.owner },
          connecting,
        ),
        (names) => `grant connect on database ${quoteIdentifier(database)} to ${names}`,
      ),
      ...(facts?.public_uses === true ? ["revoke all on schema public from public"] : []),
      ...missing(
        await lacking(connection, { kind: "schema", name: "public", privilege: "usage", owner: roles.owner }, using),
        (names) => `grant usage on schema public to ${names}`,
      ),
      ...(facts?.public_executes === true ? ["alter default privileges revoke execute on routines from public"] : []),
    ],
  };
}

function ownershipOf(facts: PrivilegeFacts | undefined, database: string, roles: DatabaseRoles): readonly string[] {
  const owner = quoteIdentifier(roles.owner);
  const statements: string[] = [];
  if (facts?.database_owner !== roles.owner)
    statements.push(`alter database ${quoteIdentifier(database)} owner to ${owner}`);
  // From 15 on public belongs to pg_database_owner, which is whoever owns the database; older ones were upgraded.
  const publicOwner = facts?.public_owner ?? null;
  if (publicOwner === null) statements.push(`create schema public authorization ${owner}`);
  else if (publicOwner !== "pg_database_owner" && publicOwner !== roles.owner) {
    statements.push(`alter schema public owner to ${owner}`);
  }
  return statements;
}

async function readFacts(
  connection: Connection,
  database: string,
  roles: DatabaseRoles,
): Promise<PrivilegeFacts | undefined> {
  const [facts] = await connection.query<PrivilegeFacts>(sql`
    select
      pg_catalog.pg_get_userbyid(datdba) as database_owner,
      (
        select pg_catalog.pg_get_userbyid(nspowner)
        from pg_catalog.pg_namespace
        where nspname = 'public'
      ) as public_owner,
      pg_catalog.has_database_privilege('public', ${database}, 'connect')
        or pg_catalog.has_database_privilege('public', ${database}, 'temporary') as public_connects,
      exists (
        select
        from pg_catalog.pg_namespace
        cross join lateral pg_catalog.aclexplode(nspacl) as entry
        where nspname = 'public'
          and entry.grantee = 0
      ) as public_uses,
      not exists (
        select
        from pg_catalog.pg_default_acl as defaults
        where defaults.defaclrole = (select oid from pg_catalog.pg_roles where rolname = ${roles.owner})
          and defaults.defaclnamespace = 0
          and defaults.defaclobjtype = 'f'
          and not exists (
            select
            from pg_catalog.aclexplode(defaults.defaclacl) as entry
            where entry.grantee = 0
          )
      ) as public_executes
    from pg_catalog.pg_database
    where datname = ${database}
  `);
  return facts;
}

interface Wanted {
  readonly kind: "database" | "schema";
  readonly name: string;
  readonly privilege: string;
  /** Whose the object is by the time of the grants. */
  readonly owner: string;
}

/**
 * Who of the roles has not been granted the privilege by name: what PUBLIC gives is about to be revoked, and what the
 * present owner has goes over to the new one.
 */
async function lacking(
  connection: Connection,
  { kind, name, privilege, owner }: Wanted,
  roles: readonly string[],
): Promise<readonly string[]> {
  const acl =
    kind === "database"
      ? sql`select datacl as items, datdba as owner from pg_catalog.pg_database where datname = ${name}`
      : sql`select nspacl as items, nspowner as owner from pg_catalog.pg_namespace where nspname = ${name}`;
  const rows = await connection.query<{ name: string }>(sql`
    with acl as (${acl})
    select role.rolname as name
    from pg_catalog.pg_roles as role
    cross join acl
    where role.rolname = any (${[...new Set(roles)]}::text[])
      and role.rolname <> ${owner}
      and (
        role.oid = acl.owner
        or not exists (
          select
          from pg_catalog.aclexplode(acl.items) as entry
          where entry.grantee = role.oid
            and entry.privilege_type = pg_catalog.upper(${privilege})
        )
      )
    order by role.rolname
  `);
  return rows.map((row) => row.name);
}

function missing(names: readonly string[], statement: (names: string) => string): readonly string[] {
  return names.length === 0 ? [] : [statement(names.map((name) => quoteIdentifier(name)).join(", "))];
}
