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
    const writable = await isWritable(target, open);
    if (writable === null) continue;
    if (writable) primary ??= target;
    if (isWanted(sessionAttributes, writable)) requests ??= target;
    if (primary !== undefined && requests !== undefined) break;
  }
  return { primary: primary ?? requests ?? only, requests: requests ?? primary ?? only };
}

/** null where it can't be reached. */
async function isWritable(target: Target, open: (target: Target) => Promise<Connection>): Promise<boolean | null> {
  try {
    await using connection = await open(target);
    const [row] = await connection.query<{ readonly recovering: boolean }>({
      text: "select pg_catalog.pg_is_in_recovery() as recovering",
      values: [],
    });
    return row?.recovering === false;
  } catch {
    // The next server may answer; whoever connects in the end says why it could not.
    return null;
  }
}

function isWanted(sessionAttributes: string, writable: boolean): boolean {
  if (sessionAttributes === "read-write" || sessionAttributes === "primary") return writable;
  if (sessionAttributes === "read-only" || sessionAttributes === "standby") return !writable;
  return true;
}
