import { createHash } from "node:crypto";
import type { Column, Relation } from "../../../catalog/index.ts";
import { cursorFailure, keysetFailure } from "../failure/index.ts";
import type { RestRequest } from "../request/rest-request.ts";
import type { Negotiated } from "./negotiate.ts";
import type { OrderColumn, ReadNode } from "./read-plan.ts";
import { plainField, type KeysetPlan } from "./rest-plan.ts";

/** How the page behind a cursor is found; null where after= is not asked for. Throws WD671 and WD672. */
export function planKeyset(
  request: RestRequest,
  relation: Relation,
  read: ReadNode,
  { handler }: Negotiated,
): KeysetPlan | null {
  const { after } = request.query;
  if (after === null) return null;
  refuseOthers(request, relation, read);
  if (handler.kind !== "json" || handler.shape !== "rows") throw keysetFailure("pages are answered as JSON");
  const keys = [...read.order, ...tieBreak(relation, read.order)].map((term) => ({
    term,
    nullable: isNullable(relation, term),
  }));
  const order = fingerprint(relation, keys);
  return { keys, fingerprint: order, values: after === "" ? null : readCursor(after, order, keys.length) };
}

function refuseOthers({ range }: RestRequest, relation: Relation, read: ReadNode): void {
  if (range.offset !== 0) throw keysetFailure("an offset is given", "a cursor takes the place of offset and Range");
  if (read.distinct !== null) throw keysetFailure("distinct rows have no key");
  const aggregates =
    read.select.some(({ aggregate }) => aggregate !== null) ||
    read.embeds.some(
      ({ output }) => output.kind === "spread" && output.columns.some(({ aggregate }) => aggregate !== null),
    );
  if (aggregates) throw keysetFailure("rows of aggregates have no key");
  if (relation.primaryKey.length === 0) throw keysetFailure(`'${relation.name}' has no primary key`);
}

/** The columns of the key that the order does not have yet, in the direction of its last term: one index can serve all. */
function tieBreak({ primaryKey }: Relation, order: readonly OrderColumn[]): readonly OrderColumn[] {
  const ordered = new Set(order.flatMap((term) => (isColumn(term) ? [term.field.name] : [])));
  const direction = order.at(-1)?.direction ?? null;
  return primaryKey
    .filter((name) => !ordered.has(name))
    .map((name) => ({ field: plainField(name), lateral: null, direction, nulls: null }));
}

function isColumn({ field, lateral, distance }: OrderColumn): boolean {
  return lateral === null && distance === undefined && field.path.length === 0;
}

function isNullable({ columns }: Relation, term: OrderColumn): boolean {
  const column: Column | undefined = isColumn(term) ? columns.get(term.field.name) : undefined;
  return column?.nullable ?? true;
}

/** What a cursor is bound to: its values mean nothing in another order. */
function fingerprint({ schema, name }: Relation, keys: KeysetPlan["keys"]): string {
  const order = keys.map(({ term: { field, lateral, distance, direction, nulls } }) => {
    return [field.name, field.path, lateral, distance ?? null, direction, nulls];
  });
  return createHash("sha256")
    .update(JSON.stringify([schema, name, order]))
    .digest("base64url")
    .slice(0, 8);
}

/** A cursor is the base64url of a JSON array: the fingerprint of its order, then the texts of the last row's keys. */
function readCursor(cursor: string, order: string, count: number): readonly (string | null)[] {
  const [found, ...values] = parsed(cursor);
  if (found !== order) throw cursorFailure("it is of another order, or of another relation");
  if (values.length !== count) throw cursorFailure("it is not one of this server's");
  return values;
}

function parsed(cursor: string): readonly (string | null)[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    if (Array.isArray(value) && value.every((each) => each === null || typeof each === "string")) return value;
  } catch {
    // No JSON: refused with all else that is none.
  }
  throw cursorFailure("it is not one of this server's");
}

/** The cursor behind a row whose keys are these, as Postgres wrote them. */
export function writeCursor({ fingerprint: order }: KeysetPlan, values: readonly (string | null)[]): string {
  return Buffer.from(JSON.stringify([order, ...values])).toString("base64url");
}
