import type { Fact } from "../../diff/index.ts";

/** Kinds that people name first, and then what they are on. */
const on: ReadonlySet<Fact["kind"]> = new Set(["index", "constraint", "trigger", "policy", "rule"]);

/** What people call a fact: `table public.account`, `index account_name_idx on public.account`. */
export function objectName({ kind, key, schema, relation, name }: Fact): string {
  if (!on.has(kind) || relation === null) return key;
  return `${kind} ${plain(name)} on ${schema === null ? "" : `${plain(schema)}.`}${plain(relation)}`;
}

/** A name that stands in keys: in quotes where it is not plain lower case. */
function plain(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}
