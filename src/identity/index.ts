export { Refusal } from "./refusal.ts";
export type { RefusalReason } from "./refusal.ts";
