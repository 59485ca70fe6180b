import type { Connection, Target } from "../../../../postgres/index.ts";
import type { ConnectionString } from "./connection-string.ts";

/** Where the schema cache is read and notifications are heard, and where requests run. */
export interface ChosenTargets {
  readonly primary: Target;
  readonly requests: Target;
}

/**
 * Asks the servers of a connection string, in their order, which of them can be written to: the first that can is the
 * primary, and requests run on the first that has the wanted `target_session_attrs` (PostgreSQL manual, 34.1.2).
 * Servers that can't be reached are passed over; where none can, the first is taken, and is waited for.
 */
export async function chooseTargets(
  { targets, sessionAttributes }: ConnectionString,
  open: (target: Target) => Promise<Connection>,
): Promise<ChosenTargets> {
  const [only] = targets;
  if (targets.length === 1) return { primary: only, requests: only };
  let primary: Target | undefined;
  let requests: Target | undefined;
  for (const target of targets) {
    const state = await stateOf(target, open);
    if (state === null) continue;
    if (!state.recovering && !state.readOnly) primary ??= target;
    if (isWanted(sessionAttributes, state)) requests ??= target;
    if (primary !== undefined && requests !== undefined) break;
  }
  return { primary: primary ?? requests ?? only, requests: requests ?? primary ?? only };
}

interface ServerState {
  /** A standby. */
  readonly recovering: boolean;
  /** Its sessions can't write unless they ask for it, or not at all. */
  readonly readOnly: boolean;
}

/** null where it can't be reached. */
async function stateOf(target: Target, open: (target: Target) => Promise<Connection>): Promise<ServerState | null> {
  try {
    await using connection = await open(target);
    const [row] = await connection.query<{ readonly recovering: boolean; readonly read_only: boolean }>({
      text: `select recovering, recovering or pg_catalog.current_setting('default_transaction_read_only')::bool as read_only
        from pg_catalog.pg_is_in_recovery() as recovering`,
      values: [],
    });
    return row === undefined ? null : { recovering: row.recovering, readOnly: row.read_only };
  } catch {
    // The next server may answer; whoever connects in the end says why it could not.
    return null;
  }
}

/** As libpq's words say (PostgreSQL manual, "Parameter Key Words"); prefer-standby takes another one where there is none. */
function isWanted(sessionAttributes: ConnectionString["sessionAttributes"], state: ServerState): boolean {
  switch (sessionAttributes) {
    case "any":
      return true;
    case "read-write":
      return !state.readOnly;
    case "read-only":
      return state.readOnly;
    case "primary":
      return !state.recovering;
    case "standby":
    case "prefer-standby":
      return state.recovering;
  }
}
