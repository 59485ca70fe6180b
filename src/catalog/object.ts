import type { Transaction } from "../postgres/index.ts";
import { staticSql } from "./static-sql.ts";

/** What files of functions/ can own. */
export type ObjectKind =
  | "function"
  | "procedure"
  | "aggregate"
  | "view"
  | "materialized view"
  | "index"
  | "trigger"
  | "policy";

/** Where the catalog keeps an object: valid until it is dropped, so never stored. */
export interface ObjectAddress {
  readonly class: string;
  readonly oid: string;
}

/** One object as the catalog knows it. */
export interface CatalogObject extends ObjectAddress {
  readonly kind: ObjectKind;
  /** public.sign(text,text), public.recent_entry, entry_is_public on public.entry. */
  readonly identity: string;
  /** MD5 of a routine's body. */
  readonly body_hash: string | null;
  /** As statements name it, e.g. `routine sign(text,text)`: right for the search_path it was read with. */
  readonly sql_name: string;
  readonly owner: string;
  readonly of_extension: boolean;
}

/** All routines, views, triggers and policies of the users' schemas: two milliseconds for a thousand. */
export async function readObjects(tx: Pick<Transaction, "query">): Promise<readonly CatalogObject[]> {
  return await tx.query<CatalogObject>({ text: staticSql("objects"), values: [] });
}
