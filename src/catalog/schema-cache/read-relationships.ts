import type { Transaction } from "../../postgres/index.ts";
import { queryCatalog } from "./cache-sql.ts";
import { compareRelationships } from "./compare.ts";
import { foreignKeyRelationships, type RelationshipSources } from "./foreign-key-relationships.ts";
import { nameKey } from "./name.ts";
import type { ComputedRelationship, Relationship } from "./relationship.ts";

interface ComputedRow {
  readonly schema: string;
  readonly name: string;
  readonly from_schema: string;
  readonly from_name: string;
  readonly to_schema: string;
  readonly to_name: string;
  readonly to_one: boolean;
}

/** What relationships are made of, while it is read. */
interface PendingSources {
  readonly schemas: RelationshipSources["schemas"];
  readonly relations: Promise<RelationshipSources["relations"]>;
  readonly keys: Promise<RelationshipSources["keys"]>;
  readonly views: Promise<RelationshipSources["views"]>;
}

/** Relationships between exposed relations, by the `nameKey` of the one that they start from. */
export async function readRelationships(
  tx: Transaction,
  { schemas, ...read }: PendingSources,
): Promise<ReadonlyMap<string, readonly Relationship[]>> {
  const asked = queryCatalog<ComputedRow>(tx, "computed");
  const [rows, relations, keys, views] = await Promise.all([asked, read.relations, read.keys, read.views]);
  const sources = { schemas, relations, keys, views };
  const computed = rows.map(toComputed);
  // A function that is named like a relation stands in for the keys that lead there.
  const overridden = new Set(computed.map(({ from, routine }) => `${nameKey(from)}\0${nameKey(routine)}`));
  const detected = foreignKeyRelationships(sources).filter(
    ({ from, to }) => !overridden.has(`${nameKey(from)}\0${nameKey(to)}`),
  );
  return byOrigin([...detected, ...computed].filter((relationship) => isExposed(relationship, sources.schemas)));
}

function toComputed(row: ComputedRow): ComputedRelationship {
  const from = { schema: row.from_schema, name: row.from_name };
  const to = { schema: row.to_schema, name: row.to_name };
  return {
    kind: "computed",
    from,
    to,
    isSelf: nameKey(from) === nameKey(to),
    routine: { schema: row.schema, name: row.name },
    toOne: row.to_one,
  };
}

/** Nothing leads out of the exposed schemas, nor through a junction that is not exposed. */
function isExposed(relationship: Relationship, schemas: ReadonlySet<string>): boolean {
  if (!schemas.has(relationship.from.schema) || !schemas.has(relationship.to.schema)) return false;
  if (relationship.kind === "computed" || relationship.cardinality.kind !== "many to many") return true;
  return schemas.has(relationship.cardinality.junction.relation.schema);
}

function byOrigin(relationships: readonly Relationship[]): ReadonlyMap<string, readonly Relationship[]> {
  const found = new Map<string, Relationship[]>();
  for (const relationship of relationships) {
    const key = nameKey(relationship.from);
    const list = found.get(key);
    if (list === undefined) found.set(key, [relationship]);
    else list.push(relationship);
  }
  for (const list of found.values()) list.sort(compareRelationships);
  return found;
}
