import { quoteLiteral } from "../../postgres/index.ts";
import { keyOf, type Fact } from "../fact.ts";
import type { Context, Kind, Step } from "../kind.ts";
import { ident } from "../name.ts";
import { settingClause, settingName } from "../setting.ts";

interface RoleProps {
  readonly superuser: boolean;
  readonly createdb: boolean;
  readonly createrole: boolean;
  readonly inherit: boolean;
  readonly login: boolean;
  readonly replication: boolean;
  readonly bypassrls: boolean;
  readonly connectionLimit: number;
  /** Null: for ever. */
  readonly validUntil: string | null;
  /** ALTER ROLE … SET in all databases. */
  readonly settings: Readonly<Record<string, string>>;
}

/** What CREATE ROLE makes when nothing is said. */
const born: RoleProps = {
  superuser: false,
  createdb: false,
  createrole: false,
  inherit: true,
  login: false,
  replication: false,
  bypassrls: false,
  connectionLimit: -1,
  validUntil: null,
  settings: {},
};

const flags = ["superuser", "createdb", "createrole", "inherit", "login", "replication", "bypassrls"] as const;

/** The roles that were asked for. Passwords are neither read nor written. */
export const role: Kind = {
  kind: "role",
  query: "role",
  noun: (fact) => `role ${ident(fact.name)}`,
  create: (fact) => [
    [`create role ${ident(fact.name)}`, ...attributes(born, roleProps(fact))].join(" "),
    ...settings(fact.name, born, roleProps(fact)),
  ],
  drop: (fact) => [`drop role ${ident(fact.name)}`],
  alter: (from, to) => {
    const changed = attributes(roleProps(from), roleProps(to));
    const set = settings(to.name, roleProps(from), roleProps(to));
    return [
      ...step("attributes", changed.length === 0 ? [] : [`alter role ${ident(to.name)} ${changed.join(" ")}`]),
      ...step("settings", set),
    ];
  },
  rename: (from, to) => [`alter role ${ident(from.name)} rename to ${ident(to.name)}`],
};

function attributes(from: RoleProps, to: RoleProps): readonly string[] {
  const changed = flags.filter((flag) => from[flag] !== to[flag]).map((flag) => `${to[flag] ? "" : "no"}${flag}`);
  if (from.connectionLimit !== to.connectionLimit) changed.push(`connection limit ${to.connectionLimit}`);
  if (from.validUntil !== to.validUntil) changed.push(`valid until ${quoteLiteral(to.validUntil ?? "infinity")}`);
  return changed;
}

function settings(name: string, from: RoleProps, to: RoleProps): readonly string[] {
  const gone = Object.keys(from.settings).filter((setting) => to.settings[setting] === undefined);
  const set = Object.entries(to.settings).filter(([setting, value]) => from.settings[setting] !== value);
  return [
    ...gone.map((setting) => `alter role ${ident(name)} reset ${settingName(setting)}`),
    ...set.map(([setting, value]) => `alter role ${ident(name)} set ${settingClause(setting, value)}`),
  ];
}

function step(aspect: string, statements: readonly string[]): readonly Step[] {
  return statements.length === 0 ? [] : [{ aspect, statements }];
}

interface MembershipProps {
  readonly admin: boolean;
  /** Null below 16, where the member's own attribute decides. */
  readonly inherit: boolean | null;
  readonly set: boolean | null;
}

/** GRANT role TO member: what the roles that were asked for are members of. Its name is the role, its args the member. */
export const membership: Kind = {
  kind: "membership",
  query: "role",
  noun: (fact) => `membership of ${ident(memberOf(fact))} in ${ident(fact.name)}`,
  create: (fact, context) => [`grant ${between(fact, "to")}${memberOptions(fact, context)}`],
  drop: (fact) => [`revoke ${between(fact, "from")}`],
  alter: (from, to) => step("options", changedMembership(from, to)),
  // Neither of two roles may be a member of the other while that one is its.
  slots: (fact) => [`membership ${[fact.name, memberOf(fact)].toSorted().join(" ")}`],
};

function memberOf(fact: Fact): string {
  return fact.args ?? "";
}

function between(fact: Fact, preposition: string): string {
  return `${ident(fact.name)} ${preposition} ${ident(memberOf(fact))}`;
}

function memberOptions(fact: Fact, { to }: Context): string {
  const { admin, inherit, set } = membershipProps(fact);
  if (inherit === null) return admin ? " with admin option" : "";
  const member = to.facts.get(keyOf({ ...nowhere, kind: "role", name: memberOf(fact) }));
  const options = [
    ...(admin ? ["admin true"] : []),
    ...(member !== undefined && roleProps(member).inherit === inherit ? [] : [`inherit ${String(inherit)}`]),
    ...(set === false ? ["set false"] : []),
  ];
  return options.length === 0 ? "" : ` with ${options.join(", ")}`;
}

const nowhere = { schema: null, relation: null, args: null } as const;

function changedMembership(from: Fact, to: Fact): readonly string[] {
  const [before, after] = [membershipProps(from), membershipProps(to)];
  if (after.inherit === null || before.inherit === null) {
    if (before.admin === after.admin) return [];
    return [
      after.admin ? `grant ${between(to, "to")} with admin option` : `revoke admin option for ${between(to, "from")}`,
    ];
  }
  const options = (["admin", "inherit", "set"] as const)
    .filter((option) => before[option] !== after[option])
    .map((option) => `${option} ${String(after[option])}`);
  return options.length === 0 ? [] : [`grant ${between(to, "to")} with ${options.join(", ")}`];
}

/** ALTER ROLE … IN DATABASE … SET, of this database. Its name is the role, its args the setting. */
export const roleSetting: Kind = {
  kind: "role setting",
  query: "role",
  noun: (fact) => `setting ${fact.args ?? ""} of role ${ident(fact.name)}`,
  create: (fact) => [inDatabase(`alter role ${ident(fact.name)} in database %I set ${clauseOf(fact, fact.args)}`)],
  drop: (fact) => [inDatabase(`alter role ${ident(fact.name)} in database %I reset ${settingName(fact.args ?? "")}`)],
  alter: (_, to, context) => step("value", roleSetting.create(to, context)),
};

/** ALTER DATABASE … SET, of this database. Its name is the setting. */
export const databaseSetting: Kind = {
  kind: "database setting",
  query: "role",
  noun: (fact) => `setting ${fact.name} of the database`,
  create: (fact) => [inDatabase(`alter database %I set ${clauseOf(fact, fact.name)}`)],
  drop: (fact) => [inDatabase(`alter database %I reset ${settingName(fact.name)}`)],
  alter: (_, to, context) => step("value", databaseSetting.create(to, context)),
};

function clauseOf(fact: Fact, name: string | null): string {
  return settingClause(name ?? "", (fact.props as { readonly value: string }).value);
}

/** There is no syntax for "this database", and the two that are compared have different names; `%I` is its place. */
function inDatabase(statement: string): string {
  const [before = "", after = ""] = statement.split("database %I");
  const format = `${before}database %I${after.replaceAll("%", "%%")}`.replaceAll("'", "''");
  const escaped = format.includes("\\") ? ` E'${format.replaceAll("\\", "\\\\")}'` : `'${format}'`;
  return `do ${dollar(format)}\nbegin\n  execute pg_catalog.format(${escaped.trimStart()}, pg_catalog.current_database());\nend\n${dollar(format)}`;
}

function dollar(text: string): string {
  return text.includes("$$") ? "$howdah$" : "$$";
}

function roleProps(fact: Fact): RoleProps {
  return fact.props as unknown as RoleProps;
}

function membershipProps(fact: Fact): MembershipProps {
  return fact.props as unknown as MembershipProps;
}
