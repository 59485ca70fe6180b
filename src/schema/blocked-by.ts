import { readDependents, resolveNames } from "../catalog/index.ts";
import type { Transaction } from "../postgres/index.ts";
import { keyOf } from "./declaration.ts";
import type { LedgerState, Preparation } from "./state.ts";

/** Keys of the reloadable objects of ours that stand in the way of the pending migrations. */
export async function blockedBy(
  tx: Pick<Transaction, "query">,
  preparation: Pick<Preparation, "altered">,
  ledgers: LedgerState,
): Promise<readonly string[]> {
  const roots = await resolveNames(tx, preparation.altered.names);
  const dependences = await readDependents(tx, roots);
  const isRoot = new Set(roots.map((root) => `${root.class}/${root.oid}`));
  const keys = dependences
    .filter((item) => !isRoot.has(`${item.class}/${item.oid}`))
    .flatMap((item) => (item.kind === null || item.identity === null ? [] : [keyOf(item.kind, item.identity)]));
  return [...new Set(keys)].filter((key) => ledgers.objects.has(key));
}
