import { quoteIdentifier, quoteLiteral, type Transaction } from "../postgres/index.ts";

import type { CatalogObject, ObjectAddress } from "./object.ts";
import { staticSql } from "./static-sql.ts";

/** What others have put on an object and `drop` would lose. */
export interface Keepsake extends ObjectAddress {
  /** False where the privileges are the default ones, null where the object has none (triggers). */
  readonly has_acl: boolean | null;
  readonly privileges: readonly Privilege[];
  readonly comments: readonly { readonly column: string | null; readonly text: string }[];
  readonly trigger: Trigger | null;
}

/** pg_trigger.tgenabled (O fires, D not, R on replicas, A always), and its names as statements write them. */
interface Trigger {
  readonly state: "O" | "D" | "R" | "A";
  readonly name: string;
  readonly relation: string;
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

/** A new object, with what it has before anything is restored. */
export interface Successor {
  readonly object: CatalogObject;
  readonly keepsake: Keepsake;
  readonly columns: ReadonlySet<string>;
}

/** True when nobody had put anything on the object. */
export function isBare(keepsake: Keepsake): boolean {
  const { has_acl: hasAcl, privileges, comments, trigger } = keepsake;
  return hasAcl !== true && privileges.length === 0 && comments.length === 0 && (trigger?.state ?? "O") === "O";
}

/**
 * The statements that give a new object what its predecessor had: privileges exactly (what default privileges give
 * anew and the old one did not have is revoked), comments, a trigger's state, and the owner if it was another.
 */
export function restoreStatements(keepsake: Keepsake, old: CatalogObject, now: Successor): readonly string[] {
  const name = now.object.sql_name;
  const owned = !/^(?:trigger|policy|index) /.test(name);
  const owner = owned && old.owner !== now.object.owner ? [`alter ${name} owner to ${quoteIdentifier(old.owner)}`] : [];
  return [...privilegesOf(keepsake, now), ...commentsOf(keepsake, now), ...stateOf(keepsake, now), ...owner];
}

function privilegesOf(keepsake: Keepsake, now: Successor): readonly string[] {
  const name = now.object.sql_name;
  const noun = name.startsWith("routine ") ? name : `table ${relationOf(name)}`;
  const revokes =
    keepsake.has_acl === true
      ? granteesOf(now.keepsake, name).map((grantee) => `revoke all on ${noun} from ${grantee}`)
      : [];
  const grants = keepsake.privileges
    .filter((item) => item.column === null || now.columns.has(item.column))
    .map((item) => {
      const column = item.column === null ? "" : ` (${quoteIdentifier(item.column)})`;
      const option = item.grantable ? " with grant option" : "";
      return `grant ${item.privilege}${column} on ${noun} to ${roleName(item.grantee)}${option}`;
    });
  return [...revokes, ...grants];
}

function commentsOf(keepsake: Keepsake, now: Successor): readonly string[] {
  const name = now.object.sql_name;
  return keepsake.comments
    .filter((comment) => comment.column === null || now.columns.has(comment.column))
    .map(({ column, text }) => {
      const on = column === null ? name : `column ${relationOf(name)}.${quoteIdentifier(column)}`;
      return `comment on ${on} is ${quoteLiteral(text)}`;
    });
}

/** A trigger that somebody has disabled stays disabled. */
function stateOf(keepsake: Keepsake, now: Successor): readonly string[] {
  const verbs = { D: "disable", R: "enable replica", A: "enable always" };
  const { trigger } = now.keepsake;
  const state = keepsake.trigger?.state ?? "O";
  if (trigger === null || state === "O") return [];
  return [`alter table ${trigger.relation} ${verbs[state]} trigger ${trigger.name}`];
}

function relationOf(sqlName: string): string {
  return sqlName.replace(/^(?:materialized view|view) /, "");
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
