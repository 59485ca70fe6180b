import type { Fact, FactKind, Privilege } from "./fact.ts";
import type { DefaultPrivileges } from "./model.ts";
import { ident } from "./name.ts";

/** What more there is to know for GRANT and REVOKE. */
export interface PrivilegeOptions {
  /** server_version_num / 10000: before 17 tables know no MAINTAIN. Found out from the privileges when undefined. */
  readonly major?: number | undefined;
  /** The column that is meant, where the noun is its table. */
  readonly column?: string | undefined;
  /** What comes before each statement: `alter default privileges for role app in schema public`. */
  readonly prefix?: string | undefined;
  /** Whose privileges never depend on a grant option: the others got theirs from it. */
  readonly owner?: string | undefined;
}

/**
 * The fewest GRANT and REVOKE statements that make `to` of `from`: what goes first, several privileges and roles in one.
 *
 * Lists do not tell who granted what. Where a privilege is taken away and somebody may pass it on, all that hangs on
 * their grants goes (`cascade`) and what is wanted is granted again: a plain REVOKE would not touch grants of others.
 */
export function privilegeStatements(
  noun: string,
  from: readonly Privilege[],
  to: readonly Privilege[],
  options: PrivilegeOptions = {},
): readonly string[] {
  const all = allOf(noun, from, to, options);
  // Default privileges are always the role's own.
  const reset = options.prefix === undefined ? entangled(from, to, options.owner) : new Set<string>();
  const isReset = (item: Privilege): boolean => reset.has(item.privilege) && item.grantee !== options.owner;
  const standing = from.filter((item) => !isReset(item));
  const leaving = standing.filter((item) => find(to, item) === undefined);
  const lowered = standing.filter((item) => item.grantable && find(to, item)?.grantable === false);
  const arriving = to.filter((item) => {
    const before = find(standing, item);
    return before === undefined || (item.grantable && !before.grantable);
  });
  const write = (verb: string, items: readonly Privilege[], tail: string): readonly string[] =>
    statementsOf(items, { verb, noun, tail, all, options });
  return [
    ...write("revoke", from.filter(isReset), " cascade"),
    ...write("revoke", leaving, ""),
    ...write("revoke grant option for", lowered, ""),
    ...write(
      "grant",
      arriving.filter((item) => !item.grantable),
      "",
    ),
    ...write(
      "grant",
      arriving.filter((item) => item.grantable),
      " with grant option",
    ),
  ];
}

/** Privileges of which something goes although others than the owner may have granted it on. */
function entangled(
  from: readonly Privilege[],
  to: readonly Privilege[],
  owner: string | undefined,
): ReadonlySet<string> {
  const goes = from.filter((item) => {
    const after = find(to, item);
    return after === undefined || (item.grantable && !after.grantable);
  });
  const passedOn = from.filter(
    (item) => item.grantable && from.some((other) => other.privilege === item.privilege && isBelow(other, item, owner)),
  );
  const isPassedOn = new Set(passedOn.map((item) => item.privilege));
  return new Set(goes.map((item) => item.privilege).filter((privilege) => isPassedOn.has(privilege)));
}

/** True when the one may have got it from the other. */
function isBelow(one: Privilege, other: Privilege, owner: string | undefined): boolean {
  return one.grantee !== other.grantee && one.grantee !== owner && other.grantee !== owner;
}

function find(list: readonly Privilege[], item: Privilege): Privilege | undefined {
  return list.find((other) => other.grantee === item.grantee && other.privilege === item.privilege);
}

interface Statement {
  readonly verb: string;
  readonly noun: string;
  readonly tail: string;
  /** Every privilege that such an object knows; undefined where that is not certain. */
  readonly all: readonly string[] | undefined;
  readonly options: PrivilegeOptions;
}

/** One statement for each set of privileges, naming all roles that have the same set. */
function statementsOf(items: readonly Privilege[], statement: Statement): readonly string[] {
  const byGrantee = Map.groupBy(items, (item) => item.grantee);
  const bySet = new Map<string, string[]>();
  for (const [grantee, own] of [...byGrantee].toSorted(([a], [b]) => compare(a, b))) {
    const set = written(own, statement);
    bySet.set(set, [...(bySet.get(set) ?? []), grantee === "" ? "public" : ident(grantee)]);
  }
  const { verb, noun, tail, options } = statement;
  const prefix = options.prefix === undefined ? "" : `${options.prefix} `;
  const preposition = verb === "grant" ? "to" : "from";
  return [...bySet].map(
    ([set, roles]) => `${prefix}${verb} ${set} on ${noun} ${preposition} ${roles.join(", ")}${tail}`,
  );
}

/** `select, insert`, `all privileges`, `select (email)`. */
function written(items: readonly Privilege[], { all, options: { column } }: Statement): string {
  const names = new Set(items.map((item) => item.privilege));
  const suffix = column === undefined ? "" : ` (${ident(column)})`;
  if (all !== undefined && all.length > 1 && all.every((name) => names.has(name))) return `all privileges${suffix}`;
  return [...names]
    .toSorted((a, b) => order.indexOf(a) - order.indexOf(b))
    .map((name) => `${name.toLowerCase()}${suffix}`)
    .join(", ");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** As the manual lists them. */
const order = [
  ...["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN"],
  ...["CREATE", "CONNECT", "TEMPORARY", "EXECUTE", "USAGE", "SET", "ALTER SYSTEM"],
];

/** pg_default_acl.defaclobjtype, and what has privileges but no default ones. */
type ObjectType = "r" | "S" | "f" | "T" | "n" | "L" | "language" | "foreign data wrapper" | "server" | "column";

const known: Readonly<Record<ObjectType, readonly string[]>> = {
  r: ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"],
  S: ["SELECT", "UPDATE", "USAGE"],
  f: ["EXECUTE"],
  T: ["USAGE"],
  n: ["CREATE", "USAGE"],
  L: ["SELECT", "UPDATE"],
  language: ["USAGE"],
  "foreign data wrapper": ["USAGE"],
  server: ["USAGE"],
  column: ["SELECT", "INSERT", "UPDATE", "REFERENCES"],
};

function privilegesOf(type: ObjectType, major: number): readonly string[] {
  return type === "r" && major >= 17 ? [...known.r, "MAINTAIN"] : known[type];
}

/** The noun says what it is; whether MAINTAIN is among "all", either the major or a privilege list that has it. */
function allOf(
  noun: string,
  from: readonly Privilege[],
  to: readonly Privilege[],
  { column, major }: PrivilegeOptions,
): readonly string[] | undefined {
  if (column !== undefined) return known.column;
  const type = nouns.find(([word]) => noun === word || noun.startsWith(`${word} `))?.[1];
  if (type !== "r" || major !== undefined) return type === undefined ? undefined : privilegesOf(type, major ?? 0);
  return [...from, ...to].some((item) => item.privilege === "MAINTAIN") ? privilegesOf("r", 17) : undefined;
}

const nouns: readonly (readonly [string, ObjectType])[] = [
  ["table", "r"],
  ["tables", "r"],
  ["sequence", "S"],
  ["sequences", "S"],
  ["schema", "n"],
  ["schemas", "n"],
  ["large objects", "L"],
];

/**
 * The privileges that a fact has once `role` has made it: the owner's and PUBLIC's built-in ones, or what the role's
 * default privileges put in their place, and those of its schema on top.
 *
 * Source: the manual, section 5.8 "Privileges", and ALTER DEFAULT PRIVILEGES.
 */
export function bornWith(
  fact: Pick<Fact, "kind" | "schema">,
  defaults: readonly DefaultPrivileges[],
  role: string,
  major = 17,
): readonly Privilege[] {
  const type = typeOfKind[fact.kind];
  if (type === undefined) return [];
  const own = defaults.filter((entry) => entry.role === role && entry.objectType === type);
  const global = own.find((entry) => entry.schema === null)?.acl ?? builtIn(type, role, major);
  const added = fact.schema === null ? [] : (own.find((entry) => entry.schema === fact.schema)?.acl ?? []);
  return added.reduce(merged, global);
}

/** What an object of pg_default_acl's type has when nobody has said anything: acldefault(). */
export function builtIn(objectType: string, owner: string, major: number): readonly Privilege[] {
  if (!(objectType in known) || objectType === "column") return [];
  const all = privilegesOf(objectType as ObjectType, major);
  const grant = (grantee: string) => (privilege: string) => ({ grantee, privilege, grantable: false });
  const forAll = ["f", "T", "language"].includes(objectType);
  return [...all.map(grant(owner)), ...(forAll ? all.map(grant("")) : [])];
}

function merged(acl: readonly Privilege[], item: Privilege): readonly Privilege[] {
  const before = find(acl, item);
  if (before === undefined) return [...acl, item];
  return acl.map((other) => (other === before ? { ...item, grantable: item.grantable || before.grantable } : other));
}

const typeOfKind: Readonly<Partial<Record<FactKind, ObjectType>>> = {
  table: "r",
  "foreign table": "r",
  view: "r",
  "materialized view": "r",
  sequence: "S",
  identity: "S",
  function: "f",
  procedure: "f",
  aggregate: "f",
  enum: "T",
  domain: "T",
  "composite type": "T",
  range: "T",
  "base type": "T",
  "shell type": "T",
  schema: "n",
  language: "language",
  "foreign data wrapper": "foreign data wrapper",
  server: "server",
};

/** What `alter … owner to` makes of privileges: those of the old owner become the new one's. */
export function handedOver(acl: readonly Privilege[], from: string, to: string): readonly Privilege[] {
  if (from === to) return acl;
  return acl
    .map((item) => (item.grantee === from ? { ...item, grantee: to } : item))
    .reduce<readonly Privilege[]>(merged, []);
}
