import { createHash } from "node:crypto";
import { observe } from "../../src/diff/observe.ts";
import type { Connection } from "../../src/postgres/index.ts";
import { columnDigests } from "../support/row-digest.ts";

/** One state of a project's database. */
export interface SchemaState {
  /** Schema, values and what files own, as one hash. */
  readonly hash: string;
  /** What is written down to be done behind it: a run that goes on finds out anew what that is. */
  readonly steps: string;
}

/**
 * All that tells one state of a project's database from another: schema, values, and howdah's own ledgers; no times. Left out is
 * what is there for the time of a change alone: a run that goes on may build ahead what an undisturbed one builds behind.
 */
export async function stateOf(connection: Connection): Promise<SchemaState> {
  return await connection.transaction(async (tx) => {
    await tx.execute("set local role none");
    const seen = [...(await observe(tx, { leaveOut: ["howdah"] }))].filter(([object]) => !isTemporary(object));
    const digests = [...(await columnDigests(tx))];
    const values = digests.filter(([name]) => !name.startsWith("howdah.") && !isTemporary(name));
    const [{ steps, ...ledgers } = { steps: null }] = await tx.query<{ steps: unknown }>({
      text: `select
        (select pg_catalog.jsonb_agg(key order by key) from howdah.declared) as declared,
        (select pg_catalog.jsonb_agg(key order by key) from howdah.hint) as hints,
        (select pg_catalog.jsonb_agg(step order by id) from howdah.step where done_at is null) as steps,
        (select hash from howdah.release order by at desc limit 1) as release`,
      values: [],
    });
    const all = JSON.stringify([seen.toSorted(), values.toSorted(), ledgers]);
    return { hash: createHash("sha256").update(all).digest("hex"), steps: JSON.stringify(steps) };
  });
}

function isTemporary(object: string): boolean {
  return object.includes("__howdah");
}

/** Names of what is there for the time of a change alone, and steps that were not done. */
export async function leftovers(connection: Connection): Promise<readonly string[]> {
  const seen = await connection.transaction(async (tx) => observe(tx, { leaveOut: ["howdah"] }));
  const steps = await connection.query<{ step: string }>({
    text: "select step::text from howdah.step where done_at is null",
    values: [],
  });
  return [...[...seen.keys()].filter(isTemporary), ...steps.map(({ step }) => step)];
}

/** True where nothing has been done between the two. */
export function isSameState(one: SchemaState | undefined, other: SchemaState): boolean {
  return one?.hash === other.hash && one.steps === other.steps;
}
