import type { Step } from "./kind.ts";
import type { GraphInput, Node } from "./node.ts";

/** What an order is written into: `edge(id, before)` puts one node behind another, softly where it may give way. */
export interface Ordering {
  readonly nodes: ReadonlyMap<string, Node>;
  readonly input: GraphInput;
  edge(id: string, before: string | undefined, weak?: boolean): void;
  /** The node after which the old fact is gone. */
  leavingOf(key: string): string;
  /** The node after which a fact is there as it is wanted. */
  arrivalOf(key: string): string | undefined;
  /** The node after which its name is free. */
  vacatingOf(key: string): string;
  leaves(key: string): boolean;
  stepsOf(key: string): readonly Step[];
}
