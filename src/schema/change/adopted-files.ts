import type { Fact, Model } from "../../diff/index.ts";
import { AppError, didYouMean } from "../../errors/index.ts";
import { relationsOf } from "../desired/owned-elsewhere.ts";
import { isInLedger } from "./plan-change.ts";
import { writeFiles } from "./write-files.ts";

/** What is to move from migrations to schema/. */
export interface AdoptedFilesInput {
  readonly live: Model;
  /** `account` (of public) or `crm.account`. */
  readonly names: readonly string[];
  /** Keys of howdah.declared, with the file of each. */
  readonly declared: ReadonlyMap<string, string>;
  /** Keys of howdah.object: what functions/ says of a table stays there. */
  readonly objects: ReadonlySet<string>;
  readonly role: string;
}

/** The files that say what migrations have made, with `-- @adopt` before each definition. Throws WD017. */
export function adoptedFiles(input: AdoptedFilesInput): ReadonlyMap<string, string> {
  const { live, objects, role } = input;
  const facts = new Set(input.names.map((name) => find(name, input).key));
  const model = { ...live, facts: new Map([...live.facts].filter(([, fact]) => !isInLedger(fact, objects))) };
  return writeFiles(model, { role, of: ({ key }) => facts.has(key), adopt: true });
}

function find(name: string, { live, declared }: AdoptedFilesInput): Fact {
  const relations = relationsOf(live.facts.values());
  const fact = relations.get(`relation ${name.includes(".") ? name : `public.${name}`}`);
  if (fact === undefined) {
    const known = [...relations.keys()].map((key) => key.slice("relation ".length).replace(/^public\./, ""));
    throw new AppError("WD017", `there is no table, view, sequence or type ${name}`, {
      hint: didYouMean(name, known) ?? "write it with its schema, as SQL has it: crm.account",
    });
  }
  const file = declared.get(fact.key);
  if (file === undefined) return fact;
  throw new AppError("WD017", `${fact.key} is a file's already`, { detail: `it stands in ${file}` });
}
