import type { Diff, Fact, Model } from "../../diff/index.ts";
import { AppError, type Position } from "../../errors/index.ts";
import type { SourceText } from "../source-text.ts";
import { throwAll } from "../throw-all.ts";
import { objectName } from "./object-name.ts";

/** What decides whether something may be taken over. */
export interface TakeOver {
  readonly live: Model;
  readonly wanted: Model;
  readonly diff: Diff;
  /** Declared in a file of schema/ or functions/. */
  readonly isDeclared: (fact: Fact) => boolean;
  /** Made by such a file before; of facts of the live database. */
  readonly isTheirs: (fact: Fact) => boolean;
  readonly renames: readonly { readonly from: string; readonly to: string }[];
  readonly origin: (key: string) => (Position & { readonly index: number }) | undefined;
  readonly source: (file: string) => SourceText | undefined;
}

/** Of the whole cluster, or the server's to keep at its version: nobody makes them twice. */
const shared: ReadonlySet<Fact["kind"]> = new Set([
  ...(["role", "membership", "role setting", "database setting", "extension"] as const),
  ...(["default privileges", "security label"] as const),
]);

/**
 * A declared thing that is there already although no file made it becomes the file's where it is what the file says;
 * where it differs it is somebody's work, and only `-- @adopt` lets the file change it (WD415).
 */
export function refuseTakeOver(input: TakeOver): void {
  const differing = new Map<Fact, string[]>();
  const add = (fact: Fact | undefined, what: string): void => {
    const top = fact === undefined ? undefined : declaredTop(fact, input);
    if (top !== undefined) differing.set(top, [...(differing.get(top) ?? []), what]);
  };
  for (const { verb, aspect, from, to } of input.diff.actions) {
    const fact = to ?? from;
    // Whatever the project's is, its owner owns.
    if (fact !== undefined && aspect !== "owner")
      add(fact, `${verb} ${objectName(fact)}${aspect === "" ? "" : ` (${aspect})`}`);
  }
  for (const fact of input.diff.unowned) add(fact, `in no file: ${objectName(fact)}`);
  const errors = [...differing]
    .filter(([top]) => isForeign(top, input))
    .map(([top, what]) => refused(top, what, input));
  throwAll(errors);
}

/** What a file declares as a whole: the table of a column. */
function declaredTop(fact: Fact, { wanted, live, isDeclared }: TakeOver): Fact | undefined {
  let top: Fact | undefined;
  for (let one: Fact | undefined = fact; one !== undefined;) {
    const known = wanted.facts.get(one.key);
    if (known !== undefined && isDeclared(known)) top = known;
    const parent: string | null = one.parent;
    one = parent === null ? undefined : (wanted.facts.get(parent) ?? live.facts.get(parent));
  }
  return top;
}

function isForeign(top: Fact, { live, renames, isTheirs, origin, source }: TakeOver): boolean {
  if (shared.has(top.kind)) return false;
  const old = renames.find(({ to }) => to === top.key)?.from ?? top.key;
  const standing = live.facts.get(old);
  if (standing === undefined || isTheirs(standing)) return false;
  const place = origin(top.key);
  const text = place === undefined ? undefined : source(place.file)?.text;
  return place === undefined || text === undefined || !isAdopted(text.slice(0, place.index));
}

/** `-- @adopt` stands among the comments right before it. */
function isAdopted(before: string): boolean {
  return /(?:^|\n)[^\S\n]*--[^\S\n]*@adopt[^\S\n]*\n(?:[^\S\n]*(?:--[^\n]*)?\n)*[^\S\n]*$/.test(before);
}

function refused(top: Fact, what: readonly string[], { origin, source }: TakeOver): AppError {
  const place = origin(top.key);
  return new AppError("WD415", `${objectName(top)} is there already, no file made it, and it differs`, {
    detail: [...what.slice(0, 8), ...(what.length > 8 ? [`and ${what.length - 8} more`] : [])].join("\n"),
    hint: "howdah schema pull writes it as the database has it; or write `-- @adopt` on the line before the definition: it is made what the file says",
    position: place === undefined ? undefined : { file: place.file, line: place.line, column: place.column },
    source: place === undefined ? undefined : source(place.file)?.text,
  });
}
