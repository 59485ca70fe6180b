import { createHash } from "node:crypto";
import type { Model } from "../../diff/index.ts";

/** SHA-256 of all that a model says: equal for two databases with one schema. */
export function fingerprintOf(model: Pick<Model, "facts">): string {
  const hash = createHash("sha256");
  for (const key of [...model.facts.keys()].toSorted()) {
    const fact = model.facts.get(key);
    hash.update(`${key}\0${JSON.stringify([fact?.props, fact?.owner, fact?.comment, fact?.acl])}\0`);
  }
  return hash.digest("hex");
}
