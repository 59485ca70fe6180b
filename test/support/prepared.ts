import { createHash } from "node:crypto";
import { quoteLiteral, type Sql, type Transaction } from "../../src/postgres/index.ts";

type Reads = Pick<Transaction, "query" | "execute">;

/** What a session is set up by for it. */
export const planOnce = "set plan_cache_mode = force_generic_plan";

const known = new WeakMap<object, Set<string>>();

/**
 * The same session, in which each query with parameters is planned once: planning takes longer than reading the catalogs of a
 * small schema. `session` is what the plans are remembered for; PREPARE outlives the transaction.
 */
export function prepared(tx: Reads, session: object): Reads {
  const names = known.get(session) ?? new Set<string>();
  known.set(session, names);
  return {
    execute: (text) => tx.execute(text),
    async query<Row extends object>({ text, values }: Sql): Promise<readonly Row[]> {
      if (values.length === 0 || !values.every(isPlain)) return await tx.query<Row>({ text, values });
      const name = `read_${createHash("md5").update(text).digest("hex")}`;
      if (!names.has(name)) {
        names.add(name);
        await tx.execute(`prepare ${name} as ${text}`);
      }
      return await tx.query<Row>({ text: `execute ${name}(${values.map(written).join(", ")})`, values: [] });
    },
  };
}

/** Texts, and arrays of them. */
function isPlain(value: unknown): boolean {
  return typeof value === "string" || (Array.isArray(value) && value.every((item) => typeof item === "string"));
}

function written(value: unknown): string {
  if (!Array.isArray(value)) return quoteLiteral(String(value));
  const items = value.map((item) => `"${String(item).replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`);
  return quoteLiteral(`{${items.join(",")}}`);
}
