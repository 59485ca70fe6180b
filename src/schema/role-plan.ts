import { AppError } from "../errors/index.ts";
import { quoteIdentifier, quoteLiteral } from "../postgres/index.ts";
import type { RoleNames } from "../project/index.ts";
import type { RoleState } from "./role-state.ts";
import type { DatabaseRoles } from "./roles.ts";
import { scramVerifier } from "./scram.ts";

/** Passwords of the two roles that log in. */
export interface RolePasswords {
  readonly authenticator: string;
  readonly service: string;
}

/** The real names of a database's roles; WD441 where Postgres would cut one off. */
export function roleNames(database: string, names: RoleNames): DatabaseRoles {
  const roles: DatabaseRoles = {
    owner: names.owner ?? `${database}_owner`,
    authenticator: names.authenticator ?? `${database}_authenticator`,
    service: names.service ?? `${database}_service`,
    anon: names.anon,
    authenticated: names.authenticated,
    serviceRole: names.serviceRole,
  };
  const long = Object.values(roles).find((name: string) => Buffer.byteLength(name) > 63);
  if (long === undefined) return roles;
  throw new AppError("WD441", `the role's name ${long} is longer than 63 bytes`, {
    hint: "give shorter names in howdah.toml under [roles], or a shorter name to the database",
  });
}

/**
 * The statements that are missing until the roles are as ARCHITECTURE.md has them; none when they are.
 *
 * Pure: the same statements are executed, or shown to an administrator where the connected role may not.
 */
export function planRoles(state: RoleState, roles: DatabaseRoles, passwords: RolePasswords): readonly string[] {
  return [
    ...missingRoles(state, roles),
    ...missingPasswords(state, roles, passwords),
    ...missingMemberships(state, roles),
  ];
}

/** WD442 where what requests become could pass by row security. */
export function refuseUnsafeRoles(state: RoleState, roles: DatabaseRoles): void {
  for (const name of [roles.anon, roles.authenticated]) {
    const role = state.roles.get(name);
    if (role === undefined || (!role.superuser && !role.bypassrls)) continue;
    throw new AppError("WD442", `requests can't run as ${name}`, {
      detail: role.superuser ? "it is a superuser" : "it bypasses row security",
      hint: `name another role in howdah.toml under [roles], or: alter role ${quoteIdentifier(name)} nosuperuser nobypassrls`,
    });
  }
}

/** What is not forbidden but weaker than it could be (WD444). */
export function sharedRoles(state: RoleState, roles: DatabaseRoles): readonly AppError[] {
  const { authenticator, owner, service, serviceRole } = roles;
  const facts = [
    authenticator === owner ? "the authenticator is the owner" : undefined,
    authenticator === service ? "the authenticator is the service role too" : undefined,
    state.canBecome.has(`${authenticator} ${serviceRole}`) && authenticator !== service
      ? `the authenticator may become ${serviceRole}`
      : undefined,
  ].filter((fact) => fact !== undefined);
  if (facts.length === 0) return [];
  const detail = facts.join("\n");
  return [new AppError("WD444", `${authenticator} serves requests and may do more than that`, { detail })];
}

function missingRoles(state: RoleState, roles: DatabaseRoles): readonly string[] {
  const logins = new Set([roles.authenticator, roles.service]);
  return [...new Set<string>(Object.values(roles))]
    .filter((name) => !state.roles.has(name))
    .map((name) => `create role ${quoteIdentifier(name)} ${logins.has(name) ? "login noinherit" : "nologin"}`);
}

/** The connected role's own password is its own; where the stored verifier can be seen, only a new one is set. */
function missingPasswords(state: RoleState, roles: DatabaseRoles, passwords: RolePasswords): readonly string[] {
  const logins: readonly (readonly [string, string])[] = [
    [roles.authenticator, passwords.authenticator],
    [roles.service, passwords.service],
  ];
  return logins.flatMap(([name, password]) => {
    const verifier = scramVerifier(name, password);
    const shared = name === state.self || name === roles.owner;
    if (shared || state.roles.get(name)?.verifier === verifier) return [];
    return [`alter role ${quoteIdentifier(name)} password ${quoteLiteral(verifier)}`];
  });
}

function missingMemberships(state: RoleState, roles: DatabaseRoles): readonly string[] {
  const { owner, authenticator, service, anon, authenticated, serviceRole } = roles;
  const wanted: readonly (readonly [string, string])[] = [
    ...(state.superuser ? [] : [[state.self, owner] as const]),
    [authenticator, anon],
    [authenticator, authenticated],
    [service, anon],
    [service, authenticated],
    [service, serviceRole],
  ];
  const options = state.major >= 16 ? " with inherit false, set true" : "";
  const statements = wanted
    .filter(([member, role]) => member !== role && !state.canBecome.has(`${member} ${role}`))
    .map(([member, role]) => `grant ${quoteIdentifier(role)} to ${quoteIdentifier(member)}${options}`);
  return [...new Set(statements)];
}
