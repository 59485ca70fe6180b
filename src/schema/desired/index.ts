export type { Desired, DesiredInput, MirrorRole } from "./desired.ts";
export type { Hint, HintKind, HintTarget } from "./hint.ts";
export { loadDesired } from "./load.ts";
export type { Origin } from "./origin.ts";
