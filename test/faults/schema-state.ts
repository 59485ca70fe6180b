import { createHash } from "node:crypto";
import { observe } from "../../src/diff/observe.ts";
import type { Connection } from "../../src/postgres/index.ts";
import { columnDigests } from "../support/row-digest.ts";

/** All that tells one state of a project's database from another: schema, values, and howdah's own ledgers; no times. */
export async function stateOf(connection: Connection): Promise<string> {
  return await connection.transaction(async (tx) => {
    await tx.execute("set local role none");
    const seen = await observe(tx, { leaveOut: ["howdah"] });
    const values = [...(await columnDigests(tx))].filter(([name]) => !name.startsWith("howdah."));
    const ledgers = await tx.query({
      text: `select
        (select pg_catalog.jsonb_agg(key order by key) from howdah.declared) as declared,
        (select pg_catalog.jsonb_agg(key order by key) from howdah.hint) as hints,
        (select pg_catalog.jsonb_agg(step order by id) from howdah.step where done_at is null) as steps,
        (select hash from howdah.release order by at desc limit 1) as release`,
      values: [],
    });
    const all = JSON.stringify([[...seen].toSorted(), values.toSorted(), ledgers]);
    return createHash("sha256").update(all).digest("hex");
  });
}
