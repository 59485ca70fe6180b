import { AppError } from "../errors/index.ts";
import { quoteIdentifier } from "../postgres/index.ts";
import type { RoleNames } from "../project/index.ts";
import type { RoleState } from "./role-state.ts";
import type { DatabaseRoles } from "./roles.ts";

/**
 * The logins that howdah named itself, which have no settings of their own: what is found there was set by a request
 * that escaped its role, since every role may change its own settings. A role that howdah.toml names is its owner's.
 */
export function ownLogins(names: RoleNames, roles: DatabaseRoles, self: string): readonly string[] {
  const own = [
    ...(names.authenticator === undefined ? [roles.authenticator] : []),
    ...(names.service === undefined ? [roles.service] : []),
  ];
  return own.filter((name) => name !== self && name !== roles.owner);
}

/** The statements that take all settings off these roles; none where they have none. */
export function planSettings(state: RoleState, logins: readonly string[]): readonly string[] {
  return logins.flatMap((name) =>
    (state.roles.get(name)?.settings ?? []).map(({ database }) => {
      const place = database === null ? "" : ` in database ${quoteIdentifier(database)}`;
      return `alter role ${quoteIdentifier(name)}${place} reset all`;
    }),
  );
}

/** What was taken off (WD445), to be looked into. */
export function resetSettings(before: RoleState, logins: readonly string[]): readonly AppError[] {
  return logins.flatMap((name) => {
    const found = before.roles.get(name)?.settings ?? [];
    if (found.length === 0) return [];
    const detail = found.flatMap(({ settings }) => settings).join("\n");
    return [
      new AppError("WD445", `settings of the role ${name} were reset`, {
        detail,
        hint: `what all of its sessions should have: alter database … set, and not alter role`,
      }),
    ];
  });
}

/** The settings "name=value" with which a role's sessions on a database begin. */
export function settingsOf(state: RoleState, role: string, database: string): readonly string[] {
  const found = state.roles.get(role)?.settings ?? [];
  return found.filter((one) => one.database === null || one.database === database).flatMap(({ settings }) => settings);
}
