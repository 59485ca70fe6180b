import { quoteIdentifier, quoteLiteral, type Transaction } from "../postgres/index.ts";

import type { CatalogObject, ObjectAddress } from "./object.ts";
import { staticSql } from "./static-sql.ts";

/** What others have put on an object and `drop` would lose. */
export interface Keepsake extends ObjectAddress {
  /** False where the privileges are the default ones, null where the object has none (triggers). */
  readonly has_acl: boolean | null;
  readonly privileges: readonly Privilege[];
  readonly comments: readonly { readonly column: string | null; readonly text: string }[];
}

interface Privilege {
  readonly column: string | null;
  /** Null for PUBLIC. */
  readonly grantee: string | null;
  readonly privilege: string;
  readonly grantable: boolean;
}

/** Reads what is to be put back after the objects were dropped and made again. */
export async function readKeepsakes(
  tx: Pick<Transaction, "query">,
  objects: readonly ObjectAddress[],
): Promise<readonly Keepsake[]> {
  if (objects.length === 0) return [];
  const addresses = objects.map(({ class: of, oid }) => ({ class: of, oid }));
  return await tx.query<Keepsake>({ text: staticSql("keepsake"), values: [JSON.stringify(addresses)] });
}

/**
 * The statements that give a new object what its predecessor had: privileges exactly (what default privileges give
 * anew and the old one did not have is revoked), comments, and the owner if it was another.
 */
export function restoreStatements(
  keepsake: Keepsake,
  old: CatalogObject,
  now: { readonly object: CatalogObject; readonly keepsake: Keepsake; readonly columns: ReadonlySet<string> },
): readonly string[] {
  const name = now.object.sql_name;
  const relation = name.replace(/^(?:materialized view|view) /, "");
  const noun = name.startsWith("routine ") ? name : `table ${relation}`;
  const statements: string[] = [];
  if (keepsake.has_acl === true) {
    statements.push(...granteesOf(now.keepsake, name).map((grantee) => `revoke all on ${noun} from ${grantee}`));
  }
  for (const item of keepsake.privileges) {
    if (item.column !== null && !now.columns.has(item.column)) continue;
    const column = item.column === null ? "" : ` (${quoteIdentifier(item.column)})`;
    const option = item.grantable ? " with grant option" : "";
    statements.push(`grant ${item.privilege}${column} on ${noun} to ${roleName(item.grantee)}${option}`);
  }
  for (const comment of keepsake.comments) {
    if (comment.column !== null && !now.columns.has(comment.column)) continue;
    const on = comment.column === null ? name : `column ${relation}.${quoteIdentifier(comment.column)}`;
    statements.push(`comment on ${on} is ${quoteLiteral(comment.text)}`);
  }
  if (old.owner !== now.object.owner && !/^(?:trigger|policy|index) /.test(name)) {
    statements.push(`alter ${name} owner to ${quoteIdentifier(old.owner)}`);
  }
  return statements;
}

/** Who has something on the new object before anything is restored; PUBLIC may execute what has no ACL yet. */
function granteesOf(keepsake: Keepsake, name: string): readonly string[] {
  const grantees = keepsake.privileges.map((item) => roleName(item.grantee));
  const implied = keepsake.has_acl === false && name.startsWith("routine ") ? ["public"] : [];
  return [...new Set([...grantees, ...implied])];
}

function roleName(role: string | null): string {
  return role === null ? "public" : quoteIdentifier(role);
}
