import { isEqual } from "../equal.ts";
import type { Fact } from "../fact.ts";
import type { Kind } from "../kind.ts";
import { ident, relationOf } from "../name.ts";

interface PolicyProps {
  readonly permissive: boolean;
  /** pg_policy.polcmd. */
  readonly command: "*" | "r" | "a" | "w" | "d";
  /** "" is PUBLIC. */
  readonly roles: readonly string[];
  readonly using: string | null;
  readonly check: string | null;
}

/** Policies of row-level security; whether a table enforces them is the table's. */
export const policy: Kind = {
  kind: "policy",
  query: "policy",
  noun: (fact) => `policy ${ident(fact.name)} on ${relationOf(fact)}`,
  create: (fact) => {
    const { permissive, command, roles, using, check } = propsOf(fact);
    const lines = [
      `create policy ${ident(fact.name)} on ${relationOf(fact)}`,
      ...(permissive ? [] : ["  as restrictive"]),
      ...(command === "*" ? [] : [`  for ${commands[command]}`]),
      ...(isEqual(roles, [""]) ? [] : [`  to ${roleList(roles)}`]),
      ...(using === null ? [] : [`  using (${using})`]),
      ...(check === null ? [] : [`  with check (${check})`]),
    ];
    return [lines.join("\n")];
  },
  drop: (fact) => [`drop policy ${ident(fact.name)} on ${relationOf(fact)}`],
  alter: (from, to) => {
    const [before, after] = [propsOf(from), propsOf(to)];
    // ALTER POLICY can't take an expression away, nor change what it is for.
    const takesAway =
      (before.using !== null && after.using === null) || (before.check !== null && after.check === null);
    if (takesAway || before.permissive !== after.permissive || before.command !== after.command) return "rebuild";
    const lines = [
      `alter policy ${ident(to.name)} on ${relationOf(to)}`,
      ...(isEqual(before.roles, after.roles) ? [] : [`  to ${roleList(after.roles)}`]),
      ...(before.using === after.using ? [] : [`  using (${after.using ?? ""})`]),
      ...(before.check === after.check ? [] : [`  with check (${after.check ?? ""})`]),
    ];
    return [{ aspect: "definition", statements: [lines.join("\n")] }];
  },
  rename: (from, to) => [`alter policy ${ident(from.name)} on ${relationOf(from)} rename to ${ident(to.name)}`],
};

const commands = { r: "select", a: "insert", w: "update", d: "delete" } as const;

function roleList(roles: readonly string[]): string {
  return roles.map((name) => (name === "" ? "public" : ident(name))).join(", ");
}

function propsOf(fact: Fact): PolicyProps {
  return fact.props as unknown as PolicyProps;
}
