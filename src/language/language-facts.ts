import type { Connection } from "../postgres/index.ts";
import type { Tree } from "../project/index.ts";
import { sql } from "../postgres/index.ts";

/** What a database can run besides SQL. */
export interface LanguageFacts {
  /** Names of procedural languages that are installed, or that a migration or howdah.toml installs. */
  readonly installed: ReadonlySet<string>;
  /** Those of them that no file of the project installs: somebody has. */
  readonly byHand: ReadonlySet<string>;
  /** Those of them that a role without superuser may use. */
  readonly trusted: ReadonlySet<string>;
  /** True where the role that deploys is a superuser: only those make functions in untrusted languages. */
  readonly superuser: boolean;
}

/** Languages whose extension makes them trusted, for those that a pending migration installs. */
const knownTrusted = new Set(["pljs", "plperl", "pltcl", "pllua", "plv8"]);

/**
 * Reads which languages there are. `create extension` in files of the project counts, since they run first, and so do those of
 * howdah.toml (`named`): a database that is made anew is as one that has grown.
 */
export async function readLanguageFacts(
  connection: Connection,
  tree: Tree,
  named: readonly string[],
): Promise<LanguageFacts> {
  const rows = await connection.query<{ name: string; trusted: boolean }>(sql`
    select lanname as name, lanpltrusted as trusted
    from pg_catalog.pg_language
    where lanispl
  `);
  const [session] = await connection.query<{ superuser: boolean }>(sql`
    select rolsuper as superuser
    from pg_catalog.pg_roles
    where rolname = session_user
  `);
  const wanted = [...(await readWanted(tree)), ...named];
  return {
    installed: new Set([...rows.map(({ name }) => name), ...wanted]),
    byHand: new Set(rows.map(({ name }) => name).filter((name) => !wanted.includes(name))),
    trusted: new Set([
      ...rows.filter(({ trusted }) => trusted).map(({ name }) => name),
      ...wanted.filter((name) => knownTrusted.has(name)),
    ]),
    superuser: session?.superuser === true,
  };
}

async function readWanted(tree: Tree): Promise<readonly string[]> {
  const names: string[] = [];
  for (const glob of ["migrations/*.sql", "schema/**/*.sql"]) {
    for (const { path } of await tree.list(glob)) {
      const text = (await tree.read(path)).toString("utf8");
      const found = text.matchAll(/^[^-\n]*create\s+extension\s+(?:if\s+not\s+exists\s+)?"?(pl\w+)/gim);
      for (const [, name = ""] of found) names.push(name.toLowerCase());
    }
  }
  return names;
}
