import type { Fact } from "./fact.ts";
import type { Fate } from "./fate.ts";
import type { Step } from "./kind.ts";
import type { Pairing } from "./pairing.ts";

/** One thing to be done, before it is known when. */
export interface Node {
  readonly id: string;
  readonly task: Task;
  /** Ids of what must be done before. */
  readonly after: Set<string>;
  /** Those of `after` that may give way where they would close a circle. */
  readonly weak: Set<string>;
}

export type Task =
  | { readonly kind: "create"; readonly fact: Fact; readonly because: string | undefined }
  | {
      readonly kind: "drop";
      readonly fact: Fact;
      readonly because: string | undefined;
      /** It is made again. */
      readonly again: boolean;
      /** It bears its temporary name by then. */
      readonly isAside: boolean;
    }
  | { readonly kind: "aside"; readonly fact: Fact; readonly because: string | undefined }
  | { readonly kind: "move"; readonly fact: Fact; readonly to: Fact }
  | {
      readonly kind: "step";
      readonly from: Fact;
      readonly to: Fact;
      readonly step: Step;
      readonly because: string | undefined;
    };

/** What the graph is made of. */
export interface GraphInput extends Pick<Pairing, "from" | "to"> {
  readonly fates: ReadonlyMap<string, Fate>;
  readonly container: ReadonlyMap<string, string>;
  /** Parts that are dropped by name although their parent goes as well: where a circle could not be undone otherwise. */
  readonly explicit: ReadonlySet<string>;
  /** What goes for good, but only after something else has taken its name: it is put aside meanwhile. */
  readonly displaced: ReadonlySet<string>;
}
