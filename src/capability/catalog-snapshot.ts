import { readFile } from "node:fs/promises";
import type { Transaction } from "../postgres/index.ts";

/** One object of the database as its catalog describes it. */
export interface CatalogObject {
  /** As pg_identify_object names it: "table", "trigger", "table column", … */
  readonly kind: string;
  /** As pg_identify_object writes it: "t on public.entry". */
  readonly identity: string;
  /** The schema that it, or the relation it hangs on, lies in; null outside of all (an event trigger). */
  readonly schema: string | null;
  /** The identity of the table that an index or an owned sequence goes with. */
  readonly partOf: string | null;
  readonly definition: string;
}

/** Every object that a user made in the database, with its definition, in a fixed order; search_path is put back. */
export async function catalogSnapshot(tx: Transaction): Promise<readonly CatalogObject[]> {
  const text = await readFile(new URL("./sql/catalog-snapshot.sql", import.meta.url), "utf8");
  const [outer] = await tx.query<{ path: string }>({
    text: "select pg_catalog.current_setting('search_path') as path, pg_catalog.set_config('search_path', '', true)",
    values: [],
  });
  const objects = await tx.query<CatalogObject>({ text, values: [] });
  await tx.query({ text: "select pg_catalog.set_config('search_path', $1, true)", values: [outer?.path ?? ""] });
  return objects;
}

/** An object's name in the lists of the suite and of errors: "trigger t on public.entry". */
export function objectName({ kind, identity }: Pick<CatalogObject, "kind" | "identity">): string {
  return `${kind} ${identity}`;
}
