import { sqlFiles, type Connection, type RequestContext } from "../../../postgres/index.ts";

/** What a role brings to every request that becomes it. */
export interface RoleSettings {
  readonly settings: Readonly<Record<string, string>>;
  readonly isolation: RequestContext["isolation"];
}

const text = sqlFiles(new URL("./sql/", import.meta.url));

/**
 * The settings that ALTER ROLE … SET gave the roles of which `login` is a member: Postgres applies them at a login, and
 * who becomes a role within a session has to do so himself. By the role's name.
 */
export async function readRoleSettings(
  connection: Connection,
  login: string,
): Promise<ReadonlyMap<string, RoleSettings>> {
  const rows = await connection.query<{ role: string; name: string; value: string }>({
    text: text("role-settings"),
    values: [login],
  });
  return new Map([...Map.groupBy(rows, ({ role }) => role)].map(([role, entries]) => [role, toSettings(entries)]));
}

const isolationName = "default_transaction_isolation";

function toSettings(entries: readonly { readonly name: string; readonly value: string }[]): RoleSettings {
  const isolation = entries.find(({ name }) => name === isolationName)?.value.toLowerCase();
  return {
    settings: Object.fromEntries(entries.flatMap(({ name, value }) => (name === isolationName ? [] : [[name, value]]))),
    isolation: isolation === "repeatable read" || isolation === "serializable" ? isolation : undefined,
  };
}

/** The request with its role's settings below its own. */
export function withRoleSettings(context: RequestContext, roles: ReadonlyMap<string, RoleSettings>): RequestContext {
  const own = roles.get(context.role);
  if (own === undefined) return context;
  return {
    ...context,
    settings: { ...own.settings, ...context.settings },
    isolation: context.isolation ?? own.isolation,
  };
}
