import type { Fact } from "../../diff/index.ts";
import { hintNouns } from "../desired/hint-text.ts";

/** `-- @drop index public.account_email_idx`; undefined for what hints have no word for. */
export function dropHint(fact: Pick<Fact, "kind" | "key" | "relation">): string | undefined {
  const noun = nounOf(fact);
  if (!hintNouns.has(noun)) return undefined;
  if (fact.kind === "index") return `-- @drop ${noun} ${indexName(fact.key)}`;
  // There may be several of one name.
  return `-- @drop ${noun} ${routines.has(fact.kind) ? fact.key.slice(noun.length + 1) : nameIn(fact)}`;
}

const routines: ReadonlySet<Fact["kind"]> = new Set(["function", "procedure", "aggregate"]);

/** Hints name things by their kind, and some types are just types. */
export function nounOf({ kind }: Pick<Fact, "kind">): string {
  return kind === "composite type" || kind === "range" || kind === "base type" ? "type" : kind;
}

/** `public.account.email`, `public.sign` */
export function nameIn({ key, kind }: Pick<Fact, "key" | "kind">): string {
  return key.slice(kind.length + 1).replace(/\(.*\)$/s, "");
}

/** `index public.account.account_email_idx`: nobody writes the table. */
function indexName(key: string): string {
  const parts = key.slice("index ".length).match(/"(?:[^"]|"")*"|[^.]+/g) ?? [];
  return [parts.at(-3), parts.at(-1)].filter((part) => part !== undefined).join(".");
}
