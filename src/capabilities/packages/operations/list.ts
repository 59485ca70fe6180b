import { sql, type Connection } from "../../../postgres/index.ts";

/** A package of a database, as `howdah package list` shows it. */
export interface ListedPackage {
  readonly name: string;
  readonly version: string;
  readonly schema: string | null;
  /** N of a schema that mode moderate has set aside. */
  readonly revision: number | null;
  readonly status: string;
  readonly owner: string | null;
  readonly usage: readonly string[];
  /** What it was deployed against: "lib 1.2.0". */
  readonly needs: readonly string[];
  readonly deployedAt: string | null;
  readonly deployedBy: string | null;
  readonly vcsRef: string | null;
}

/** Every package that is there; empty in a database without the ledger. */
export async function listPackages(connection: Pick<Connection, "query">): Promise<readonly ListedPackage[]> {
  const [ledger] = await connection.query<{ there: boolean }>(
    sql`select pg_catalog.to_regclass('_pgpm.packages') is not null as there`,
  );
  if (ledger?.there !== true) return [];
  return await connection.query<ListedPackage>(sql`
    select
      package.name,
      package.version,
      package.schema_name as schema,
      package.old_revision as revision,
      package.status,
      package.owner_role as owner,
      package.usage_roles as usage,
      array(
        select needed.name || ' ' || needed.version
        from _pgpm.package_dependencies as dependency
        join _pgpm.packages as needed on needed.id = dependency.dependency_id
        where dependency.package_id = package.id
        order by needed.name
      ) as needs,
      pg_catalog.to_json(event.deployed_at) #>> '{}' as "deployedAt",
      event.deployed_by as "deployedBy",
      event.vcs_ref as "vcsRef"
    from _pgpm.packages as package
    left join lateral (
      select event.*
      from _pgpm.deployment_events as event
      where event.package_id = package.id
      order by event.id desc
      limit 1
    ) as event on true
    where package.status <> 'DELETED'
    order by package.name, _pgpm.version_key(package.version) collate "C", package.old_revision nulls first`);
}
