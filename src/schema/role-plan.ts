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
 * Pure: the same statements are executed, or shown to an administrator where the connected role may not. `accepted` are
 * the logins whose password was tried and is right, where the stored verifier can't be seen.
 */
export function planRoles(
  state: RoleState,
  roles: DatabaseRoles,
  passwords: RolePasswords,
  accepted: ReadonlySet<string>,
): readonly string[] {
  return [
    ...missingRoles(state, roles),
    ...missingLogins(state, roles, passwords, accepted),
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

/** The connected role's own password is its own; LOGIN and a new password are set where they are missing. */
function missingLogins(
  state: RoleState,
  roles: DatabaseRoles,
  passwords: RolePasswords,
  accepted: ReadonlySet<string>,
): readonly string[] {
  // The authenticator's last: where one role is both, its password counts.
  const logins = new Map([
    [roles.service, passwords.service],
    [roles.authenticator, passwords.authenticator],
  ]);
  return [...logins].flatMap(([name, password]) => {
    if (name === state.self || name === roles.owner) return [];
    const verifier = scramVerifier(name, password);
    const role = state.roles.get(name);
    const isKnown = role?.verifier === verifier || accepted.has(name);
    const missing = [
      ...(role?.login === false ? ["login"] : []),
      ...(isKnown ? [] : [`password ${quoteLiteral(verifier)}`]),
    ];
    return missing.length === 0 ? [] : [`alter role ${quoteIdentifier(name)} ${missing.join(" ")}`];
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
