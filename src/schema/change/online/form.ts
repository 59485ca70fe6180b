import { keyOf, type Action, type Fact, type Model } from "../../../diff/index.ts";
import type { OnlineStep } from "../step.ts";

/** What an online form is chosen by. */
export interface Scene {
  /** As it has been committed. */
  readonly live: Model;
  readonly wanted: Model;
  /** True where the relation that the fact belongs to stands and is large. */
  isBig(fact: Fact): boolean;
  /** True where all that the fact needs stands already as it is wanted: then it can be made ahead of the transaction. */
  isSettled(fact: Fact): boolean;
  /** All that is done in this change. */
  readonly actions: readonly Action[];
  /** Who does it. */
  readonly role: string | undefined;
  /** True for columns that are new, or of a new type, and would have every row written anew. */
  isRewriting(column: Fact): boolean;
}

/** One action in parts that hold no lock for long. */
export interface OnlineForm {
  readonly before?: readonly OnlineStep[];
  readonly transaction?: readonly Action[];
  readonly after?: readonly OnlineStep[];
  /** Keys of what was made ahead of the transaction and is used up in it. */
  readonly uses?: readonly string[];
  /** Why it is done in one go although the table is large. */
  readonly declined?: string;
}

/** Undefined where the action is done as it is. */
export type Form = (action: Action, scene: Scene) => OnlineForm | undefined;

/** Ends the name of whatever is there for the time of a change only. */
const suffix = "__howdah";

/** The name of what is made ahead and takes the name's place, or its part, in the transaction: at most 63 bytes. */
export function temporaryName(name: string): string {
  let clip = "";
  for (const character of name) {
    if (Buffer.byteLength(clip + character) > 63 - suffix.length) break;
    clip += character;
  }
  return clip + suffix;
}

/** True for what an interrupted change may have left. */
export function isTemporary({ kind, name }: Pick<Fact, "kind" | "name">): boolean {
  return (
    (kind === "index" || kind === "constraint" || kind === "column" || kind === "trigger") && name.endsWith(suffix)
  );
}

/** The live fact of that kind and temporary name beside another one. */
export function besides(fact: Fact, kind: Fact["kind"], name: string, { live }: Scene): Fact | undefined {
  return live.facts.get(keyOf({ ...fact, kind, name }));
}
