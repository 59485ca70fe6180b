import { keyOf, type Action, type Fact, type Model } from "../../diff/index.ts";
import type { Desired } from "../desired/desired.ts";

/** Kinds that only a superuser makes: on a cluster of one's own the connecting role is one. */
const adminKinds = new Set<Fact["kind"]>([
  "event trigger",
  "foreign data wrapper",
  "language",
  "access method",
  "base type",
  "shell type",
  "operator class",
  "operator family",
  "text search parser",
  "text search template",
  "role",
  "membership",
  "role setting",
  "database setting",
  "subscription",
]);

/** What tells whose a thing is. */
export interface Possession {
  readonly admin: string;
  readonly live: Model;
}

/** User mappings are their server's. */
function ownerOf({ kind, name, owner }: Fact, { facts }: Model): string | null | undefined {
  if (kind !== "user mapping") return owner;
  return facts.get(keyOf({ kind: "server", schema: null, relation: null, name, args: null }))?.owner;
}

/** True for what the connecting role does itself, not as the owner. */
export function needsAdmin(action: Action, desired: Desired, { admin, live }: Possession): boolean {
  const fact = action.to ?? action.from;
  if (fact === undefined) return false;
  // The functions that make ranges belong to the server's first superuser, whoever made the type.
  if (fact.kind === "range" && (action.verb === "rename" || action.verb === "alter")) return true;
  // The file that says who makes it is gone with it.
  if (action.verb === "drop" && ownerOf(fact, live) === admin) return true;
  return adminKinds.has(fact.kind) || desired.origins.get(fact.key)?.privileged === true || action.aspect === "owner";
}
