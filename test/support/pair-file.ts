import type { SchemaPair } from "./schema-pair.ts";

/** One pair of a file in test/schema/pairs/. */
export interface WrittenPair extends SchemaPair {
  readonly name: string;
  /** The code of the error that planning must end with. */
  readonly refused: string | undefined;
  /** Whether the way back is gone as well; with what hints. */
  readonly back: boolean;
  readonly backExpect: SchemaPair["expect"];
  readonly backUsing: Readonly<Record<string, string>>;
  readonly backBackfill: Readonly<Record<string, string>>;
  /** First PostgreSQL major that knows what it uses. */
  readonly since: number;
  readonly needs: ReadonlySet<string>;
  /** Why it does not succeed yet: known, and told as open by the runner. It fails loudly, and loses nothing. */
  readonly open: string | undefined;
}

/**
 * Reads a file of pairs. `-- common` (and `-- common data`) holds for all pairs below it, up to the next one; a pair begins
 * with `-- pair: NAME` and has sections `-- before`, `-- data` and `-- after`, each optional, and directives:
 *
 *     -- rename: table public.a to table public.b        a hint (-- using: KEY: SQL, -- backfill: KEY: SQL likewise)
 *     -- expect check: SQL                                also: untouched, lost, changed, plan, never, actions
 *     -- refused: WD468                                   there is no plan
 *     -- back: no                                         forward alone (-- back using:, -- back backfill:, -- back lost:)
 *     -- since: 17                                        (-- needs: superuser, extension NAME)
 */
export function readPairs(text: string): readonly WrittenPair[] {
  let common: Sections = {};
  const pairs: WrittenPair[] = [];
  for (const block of text.split(/^(?=-- (?:common|pair: .*)$)/m)) {
    const name = /^-- pair: (.*)\n/.exec(block)?.[1];
    const sections = sectionsOf(block);
    if (name !== undefined) pairs.push(pairOf(name, sections, common));
    else if (/^-- common$/m.test(block)) common = sections;
  }
  return pairs;
}

/** `-- name` → the lines below it; `-- key: value` → each value. */
interface Sections {
  readonly sql?: ReadonlyMap<string, string>;
  readonly directives?: readonly (readonly [string, string])[];
}

function sectionsOf(block: string): Sections {
  const sql = new Map<string, string>();
  const directives: [string, string][] = [];
  let section = "";
  for (const line of block.split("\n")) {
    const start = /^-- (common data|common|before|data|after)$/.exec(line)?.[1];
    const directive = /^-- ((?:back|open|expect|refused|using|backfill|rename|since|needs)[a-z ]*): (.*)$/.exec(line);
    if (start !== undefined) section = start;
    else if (directive !== null) directives.push([directive[1] ?? "", directive[2] ?? ""]);
    else sql.set(section, `${sql.get(section) ?? ""}${line}\n`);
  }
  return { sql, directives };
}

function pairOf(name: string, { sql, directives = [] }: Sections, common: Sections): WrittenPair {
  const shared = common.sql?.get("common") ?? "";
  const all = (key: string): readonly string[] => directives.flatMap(([of, value]) => (of === key ? [value] : []));
  const names = (key: string): readonly string[] => all(key).flatMap((value) => value.split(/, */));
  return {
    name,
    before: shared + (sql?.get("before") ?? ""),
    data: (common.sql?.get("common data") ?? "") + (sql?.get("data") ?? ""),
    after: shared + (sql?.get("after") ?? ""),
    renames: all("rename").map(renameOf),
    using: Object.fromEntries(all("using").map(keyed)),
    backfill: Object.fromEntries(all("backfill").map(keyed)),
    expect: {
      untouched: names("expect untouched"),
      lost: names("expect lost"),
      changed: names("expect changed"),
      checks: all("expect check"),
      plan: all("expect plan").map((pattern) => new RegExp(pattern, "i")),
      never: all("expect never").map((pattern) => new RegExp(pattern, "i")),
      actions: all("expect actions").map(Number)[0],
    },
    refused: all("refused")[0],
    back: !all("back").includes("no"),
    backExpect: { lost: names("back lost"), changed: names("back changed"), checks: all("back check") },
    backUsing: Object.fromEntries(all("back using").map(keyed)),
    backBackfill: Object.fromEntries(all("back backfill").map(keyed)),
    since: Number(all("since")[0] ?? 0),
    needs: new Set(names("needs")),
    open: all("open")[0],
  };
}

function renameOf(text: string): { readonly from: string; readonly to: string } {
  const [from = "", to = ""] = text.split(" to ");
  return { from, to };
}

function keyed(text: string): readonly [string, string] {
  const at = text.indexOf(": ");
  return [text.slice(0, at), text.slice(at + 2)];
}
