import { readCatalogState, readModel, setForReading, type Model, type ReadOptions } from "../../diff/index.ts";
import type { Transaction } from "../../postgres/index.ts";
import { asAdmin } from "./as-admin.ts";

/** The model that was read last: while one watches, the next assembly finds the database as the last one left it. */
let last: { readonly of: string; readonly model: Model } | undefined;

/**
 * The database as it is: read only where its catalogs have changed since it was read last. As the owner, inside a
 * transaction.
 */
export async function readLiveModel(tx: Transaction, { leaveOut = [], roles = [] }: ReadOptions): Promise<Model> {
  return await asAdmin(tx, async () => {
    // First: what changes behind it is then read, and is not found again under this state.
    const state = await readCatalogState(tx);
    const of = JSON.stringify([state, leaveOut, roles]);
    if (state !== undefined && last?.of === of) {
      // What follows finds the session as it is behind a read.
      await setForReading(tx);
      return last.model;
    }
    const model = await readModel(tx, { leaveOut, roles });
    last = { of, model };
    return model;
  });
}
