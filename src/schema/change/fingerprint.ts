import { createHash } from "node:crypto";
import type { Model } from "../../diff/index.ts";

/** SHA-256 of all that a model says: equal for two databases with one schema. */
export function fingerprintOf({ facts }: Pick<Model, "facts">): string {
  const known = fingerprints.get(facts) ?? computed(facts);
  fingerprints.set(facts, known);
  return known;
}

/** A hundred thousand facts take half a second, and a plan asks several times. */
const fingerprints = new WeakMap<Model["facts"], string>();

function computed(facts: Model["facts"]): string {
  const hash = createHash("sha256");
  for (const key of [...facts.keys()].toSorted()) {
    const fact = facts.get(key);
    hash.update(`${key}\0${JSON.stringify([fact?.props, fact?.owner, fact?.comment, fact?.acl])}\0`);
  }
  return hash.digest("hex");
}
