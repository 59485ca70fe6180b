/** When a trigger or a rule fires, as tgenabled, ev_enabled and evtenabled say it: origin, disabled, replica, always. */
export type Firing = "O" | "D" | "R" | "A";

/** `enable`, `disable`, `enable replica`, `enable always`: what stands before TRIGGER or RULE. */
export function firingClause(firing: Firing): string {
  return { O: "enable", D: "disable", R: "enable replica", A: "enable always" }[firing];
}
