import { nearest } from "../errors/index.ts";
import type { Capability } from "./capability.ts";

type Check = (value: unknown) => string | undefined;

const isFunction: Check = (value) => (typeof value === "function" ? undefined : "expected a function");
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined ? undefined : check(value);
const isName: Check = (value) =>
  typeof value === "string" && /^[a-z][a-z0-9_]{0,39}$/.test(value)
    ? undefined
    : "expected lower-case letters, digits and underscores, a letter first, at most 40";

/** Every member of the contract with what it has to be. */
const members: Readonly<Record<keyof Capability, Check>> = {
  name: isName,
  needs: (value) =>
    Array.isArray(value) && value.every((need) => typeof need === "string") ? undefined : "expected an array of names",
  schema: optional((value) => {
    if (typeof value !== "string" || !/^[a-z_][a-z0-9_]{0,62}$/.test(value)) return "expected the name of a schema";
    const reserved = /^pg_|^(?:public|information_schema|howdah)$/.test(value);
    return reserved ? `"${value}" can't be owned by a capability` : undefined;
  }),
  sql: optional((value) => (value instanceof URL && value.protocol === "file:" ? undefined : "expected a file: URL")),
  settings: isFunction,
  cluster: optional(isFunction),
  before: optional(isFunction),
  assemble: optional(isFunction),
  foresee: optional(isFunction),
  verify: optional(isFunction),
  review: optional(isFunction),
  mount: optional((value) =>
    value === "" || (typeof value === "string" && /^(?:\/[\w.~-]+)+$/.test(value))
      ? undefined
      : 'expected "" or a path like "/rest/v1"',
  ),
  routes: optional(isFunction),
  commands: optional((value) =>
    Array.isArray(value) && value.every(isCommand) ? undefined : "expected an array of {name, summary, load}",
  ),
  start: optional(isFunction),
  checks: optional(isFunction),
};

/** Why a value is not a capability, a line for each member; empty when it is one. */
export function capabilityProblems(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) {
    return ["the module exports neither `capability` nor a default export that is an object"];
  }
  const problems = Object.entries(members).flatMap(([name, check]) => {
    const problem = check((value as Record<string, unknown>)[name]);
    return problem === undefined ? [] : [`${name}: ${problem}`];
  });
  if ("sql" in value && value.sql !== undefined && !("schema" in value))
    problems.push("schema: needed where there is sql");
  return [...problems, ...mistyped(value)];
}

// A member that is nearly one of the contract's would be ignored in silence; any other is the capability's own affair.
function mistyped(value: object): readonly string[] {
  const known = Object.keys(members);
  return Object.keys(value).flatMap((name) => {
    const meant = known.includes(name)
      ? undefined
      : nearest(
          name,
          known.filter((each) => !(each in value)),
        );
    return meant === undefined ? [] : [`${name}: not a member, did you mean "${meant}"?`];
  });
}

function isCommand(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { name, summary, load } = value as Record<string, unknown>;
  return typeof name === "string" && typeof summary === "string" && typeof load === "function";
}
