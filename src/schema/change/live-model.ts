import { createHash } from "node:crypto";
import {
  modelVersion,
  readCatalogState,
  readModel,
  setForReading,
  type Model,
  type ReadOptions,
} from "../../diff/index.ts";
import type { Transaction } from "../../postgres/index.ts";
import type { Lines } from "../desired/lines.ts";
import { modelFromLines, modelToLines } from "../desired/model-json.ts";
import { asAdmin } from "./as-admin.ts";

/** Keeps one text from one process to the next. */
export interface TextStore {
  /** Undefined where it is another's, or there is none. */
  read(key: string): Promise<Lines | undefined>;
  write(key: string, text: string): Promise<void>;
}

/** Counts changes of how a model is written. */
const format = 2;

/** What is read faster than it could be found again. */
const smallest = 5_000;

/** The model that was read last: while one watches, the next assembly finds the database as the last one left it. */
let last: { readonly key: string; readonly model: Model } | undefined;

/**
 * The database as it is: read only where its catalogs have changed since it was read last. As the owner, inside a
 * transaction.
 */
export async function readLiveModel(
  tx: Transaction,
  { leaveOut = [], roles = [] }: ReadOptions,
  store?: TextStore,
): Promise<Model> {
  return await asAdmin(tx, async () => {
    // First: what changes behind it is then read, and is not found again under this state.
    const state = await readCatalogState(tx);
    const key = createHash("sha256")
      .update(JSON.stringify([state, leaveOut, roles, modelVersion(), format]))
      .digest("hex");
    const known = state === undefined ? undefined : await find(key, store);
    if (known !== undefined) {
      // What follows finds the session as it is behind a read.
      await setForReading(tx);
      return known;
    }
    const model = await readModel(tx, { leaveOut, roles });
    last = { key, model };
    if (state !== undefined && model.facts.size >= smallest) await store?.write(key, modelToLines(model).join("\n"));
    return model;
  });
}

async function find(key: string, store: TextStore | undefined): Promise<Model | undefined> {
  if (last?.key === key) return last.model;
  using lines = await store?.read(key);
  if (lines === undefined) return undefined;
  const model = modelFromLines(lines);
  last = { key, model };
  return model;
}
