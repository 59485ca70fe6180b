import { AppError } from "../errors/index.ts";
import { connect, quoteIdentifier, sql, type Connection, type Target } from "../postgres/index.ts";
import type { RoleNames } from "../project/index.ts";
import { planPrivileges } from "./database-privilege.ts";
import { acceptedLogins } from "./role-login.ts";
import { closeMaintenanceDatabases } from "./maintenance-database.ts";
import { ownLogins, planSettings, resetSettings, settingsOf } from "./role-settings.ts";
import { planRoles, refuseUnsafeRoles, roleNames, sharedRoles, type RolePasswords } from "./role-plan.ts";
import { readRoleState, type RoleState } from "./role-state.ts";
import type { DatabaseRoles } from "./roles.ts";
import { sqlstateOf } from "./session.ts";

export interface PrepareDatabaseOptions {
  readonly database: string;
  /** As howdah.toml has them: undefined owner, authenticator and service mean `<db>_owner` and so on. */
  readonly names: RoleNames;
  /** Creates the database where it is missing. */
  readonly createDatabase: boolean;
  /** Set for the two login roles, as SCRAM verifiers; the connecting role's own is never touched. */
  readonly passwords: RolePasswords;
  /** The whole cluster is the project's: its other databases are closed to everybody but superusers. */
  readonly ownCluster?: boolean | undefined;
}

/** A database that is ready to be assembled and served. */
export interface PreparedDatabase {
  readonly roles: DatabaseRoles;
  /** How requests and background work connect. */
  readonly authenticator: Target;
  readonly service: Target;
  /** The settings "name=value" that the authenticator's sessions begin with: see RequestPoolOptions.roleSettings. */
  readonly roleSettings: readonly string[];
  readonly createdDatabase: boolean;
  /** What is weaker than it could be. */
  readonly warnings: readonly AppError[];
}

/**
 * Sees to it that database, roles and privileges are as ARCHITECTURE.md has them; a second call finds nothing to do.
 *
 * Works as a superuser, as a role with CREATEROLE and CREATEDB, and as a plain role that owns the database when howdah.toml
 * names the roles. Safe while other processes do the same on the cluster. Throws WD440 with the statements that an
 * administrator has to run, WD441, WD442, WD443.
 */
export async function prepareDatabase(admin: Target, options: PrepareDatabaseOptions): Promise<PreparedDatabase> {
  const { database, names } = options;
  const roles = roleNames(database, names);
  const logins = loginsOf(admin, options, roles);
  await using connection = await connect(admin, { applicationName: "howdah prepare" });
  const { state, warnings } = await settle(() => prepareRoles(connection, { ...options, roles, logins }));
  if (options.ownCluster === true && state.superuser) await settle(() => closeMaintenanceDatabases(connection));
  const createdDatabase = await prepareExistence(connection, options, roles, state);
  await using inside =
    database === admin.database
      ? undefined
      : await connect({ ...admin, database }, { applicationName: "howdah prepare" });
  await settle(() => preparePrivileges(inside ?? connection, options, roles, state));
  return {
    ...{ roles, ...logins, createdDatabase },
    roleSettings: settingsOf(state, roles.authenticator, database),
    warnings: [...sharedRoles(state, roles), ...warnings],
  };
}

/** How requests and background work connect. */
type Logins = Pick<PreparedDatabase, "authenticator" | "service">;

/** One role that is both has one password. */
function loginsOf(admin: Target, { database, passwords }: PrepareDatabaseOptions, roles: DatabaseRoles): Logins {
  const target = { ...admin, database };
  const login = (user: string, password: string): Target =>
    user === admin.user ? target : { ...target, user, password };
  const authenticator = login(roles.authenticator, passwords.authenticator);
  const isOne = roles.service === roles.authenticator;
  return { authenticator, service: isOne ? authenticator : login(roles.service, passwords.service) };
}

/** Two processes that make the same role, or grant on the same row: whoever comes second looks again. */
const races = new Set(["42710", "23505", "42P04", "42P06", "XX000", "40P01"]);
const attempts = 8;

async function settle<T>(work: () => Promise<T>): Promise<T> {
  for (let left = attempts; ; left--) {
    try {
      return await work();
    } catch (error) {
      if (left === 1 || !races.has(sqlstateOf(error) ?? "")) throw error;
    }
  }
}

interface RolePreparation extends PrepareDatabaseOptions {
  readonly roles: DatabaseRoles;
  readonly logins: Logins;
}

interface PreparedRoles {
  readonly state: RoleState;
  readonly warnings: readonly AppError[];
}

async function prepareRoles(connection: Connection, preparation: RolePreparation): Promise<PreparedRoles> {
  const { database, roles, passwords, logins } = preparation;
  const names = [...new Set<string>(Object.values(roles))];
  const before = await readRoleState(connection, database, names);
  refuseUnsafeRoles(before, roles);
  const accepted = await acceptedLogins(unseen(before, logins));
  const own = ownLogins(preparation.names, roles, before.self);
  const statements = [...planRoles(before, roles, passwords, accepted), ...planSettings(before, own)];
  if (statements.length === 0) return { state: before, warnings: [] };
  // Membership granted to oneself counts from the next statement on, so what is missing is run in order, as one.
  await runAll(connection, statements, {
    further: () => planHandover(connection, database, roles, before),
  });
  return { state: await readRoleState(connection, database, names), warnings: resetSettings(before, own) };
}

/** Logins that exist and whose stored password the connected role can't see. */
function unseen(state: RoleState, { authenticator, service }: Logins): readonly Target[] {
  return [authenticator, service].filter((login, at, all) => {
    const role = state.roles.get(login.user);
    const isFirst = all.findIndex((other) => other.user === login.user) === at;
    return isFirst && role?.login === true && role.verifier === undefined && login.user !== state.self;
  });
}

/**
 * What an administrator does in the same breath, because a role that lacks CREATEROLE mostly lacks CREATEDB too, which
 * giving a database away takes; with it goes what the former owner had, CONNECT as well.
 */
async function planHandover(
  connection: Connection,
  database: string,
  roles: DatabaseRoles,
  state: RoleState,
): Promise<readonly string[]> {
  const [inside] = await connection.query<{ name: string }>(sql`select pg_catalog.current_database() as name`);
  if (state.databaseOwner === undefined || inside?.name !== database) return [];
  const { ownership } = await planPrivileges(connection, database, roles, state);
  if (ownership.length === 0) return [];
  return [...ownership, `grant connect on database ${quoteIdentifier(database)} to ${quoteIdentifier(state.self)}`];
}

async function prepareExistence(
  connection: Connection,
  { database, createDatabase }: PrepareDatabaseOptions,
  roles: DatabaseRoles,
  state: RoleState,
): Promise<boolean> {
  if (state.databaseOwner !== undefined) return false;
  const statement = `create database ${quoteIdentifier(database)} owner ${quoteIdentifier(roles.owner)} template template0 encoding 'UTF8'`;
  try {
    if (!createDatabase) throw missingDatabase(database, statement);
    await connection.execute(statement);
    return true;
  } catch (error) {
    const sqlstate = sqlstateOf(error);
    if (sqlstate === "42P04" || sqlstate === "23505") return false;
    if (sqlstate === "42501") throw missingDatabase(database, statement, error);
    throw error;
  }
}

async function preparePrivileges(
  connection: Connection,
  { database }: PrepareDatabaseOptions,
  roles: DatabaseRoles,
  state: RoleState,
): Promise<void> {
  const { ownership, privileges } = await planPrivileges(connection, database, roles, state);
  if (ownership.length > 0) await runAll(connection, ownership);
  if (privileges.length > 0) await runAll(connection, privileges, { role: roles.owner });
}

interface RunOptions {
  /** Whom the statements run as; the connected role by default. */
  readonly role?: string | undefined;
  /** What an administrator who has to run them does best at the same time. */
  readonly further?: (() => Promise<readonly string[]>) | undefined;
}

/** Runs all or none; where the connected role may not, WD440 shows all of them. */
async function runAll(connection: Connection, statements: readonly string[], options: RunOptions = {}): Promise<void> {
  const { role } = options;
  const as = role === undefined ? [] : [`set local role ${quoteIdentifier(role)}`];
  try {
    await connection.transaction(async (tx) => {
      // The waits of two preparations follow one another instead of failing at each other's rows.
      await tx.query(sql`select pg_catalog.pg_advisory_xact_lock(1752135538, 1)`);
      await tx.execute([...as, ...statements].join(";\n"));
    });
  } catch (error) {
    if (sqlstateOf(error) !== "42501") throw error;
    // In psql each statement is a transaction of its own: `set local` would be over before the next one.
    const shown = [...as, ...statements, ...((await options.further?.()) ?? [])];
    const text = [...(as.length === 0 ? [] : ["begin"]), ...shown, ...(as.length === 0 ? [] : ["commit"])].join(";\n");
    throw new AppError("WD440", "the connected role may not make or grant the roles of the database", {
      detail: `${(error as Error).message}\n\nan administrator runs once:\n\n${text};`,
      hint: "or name existing roles in howdah.toml under [roles]",
      cause: error,
    });
  }
}

function missingDatabase(database: string, statement: string, cause?: unknown): AppError {
  return new AppError("WD443", `the database ${database} does not exist`, {
    detail: cause === undefined ? undefined : "the connected role may not create it",
    hint: `${statement};`,
    cause,
  });
}
