import type { Capability } from "../capability/index.ts";
import { health } from "./health/index.ts";
import { pages } from "./pages/index.ts";

/** Our capabilities, in the order in which they are mounted. */
export const builtIn: readonly Capability[] = [health, pages] as readonly Capability[];
