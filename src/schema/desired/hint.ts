import type { FactKind } from "../../diff/index.ts";
import type { Position } from "../../errors/index.ts";

/** What an author says of a change that the files alone do not tell. */
export interface Hint {
  readonly kind: HintKind;
  readonly target: HintTarget;
  /** `renamed`: the old name. */
  readonly from?: string | undefined;
  /** `renamed from=schema.name`: the old schema, where it is said. */
  readonly fromSchema?: string | undefined;
  /** SQL of `using` and `backfill`; of a dropped label what takes its place. */
  readonly expression?: string | undefined;
  readonly position: Position;
}

export const hintKinds = ["renamed", "using", "backfill", "drop"] as const;

export type HintKind = (typeof hintKinds)[number];

/** What a hint is about, as facts are named; a label of an enum is no fact, its relation is the type. */
export interface HintTarget {
  readonly kind: FactKind | "label";
  readonly schema: string | null;
  readonly relation: string | null;
  readonly name: string;
  /** Of a routine, as its key writes them; undefined where only the name is told. */
  readonly args?: string | null | undefined;
}
