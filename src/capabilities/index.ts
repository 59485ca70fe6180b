import type { Capability } from "../capability/index.ts";
import { health } from "./health/index.ts";
import { pages } from "./pages/index.ts";
import { rest } from "./rest/index.ts";

export { loadStandaloneRest } from "./rest/index.ts";

/** Our capabilities, in the order in which they are mounted. */
export const builtIn: readonly Capability[] = [health, rest, pages] as readonly Capability[];
