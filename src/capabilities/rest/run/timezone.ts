import { sql, type Connection } from "../../../postgres/index.ts";
import type { RestRequest } from "../request/index.ts";

export const noTimezones: ReadonlySet<string> = new Set();

/** The names of the server's time zones. */
export async function readTimezones(connection: Connection): Promise<ReadonlySet<string>> {
  const rows = await connection.query<{ name: string }>(sql`select name from pg_catalog.pg_timezone_names`);
  return new Set(rows.map(({ name }) => name));
}

/** The request with a time zone that the server knows: another one is a preference that can't be fulfilled. */
export function withKnownTimezone(request: RestRequest, known: ReadonlySet<string>): RestRequest {
  const { timezone, invalid } = request.preferences;
  if (timezone === null || known.has(timezone)) return request;
  const preferences = { ...request.preferences, timezone: null, invalid: [...invalid, `timezone=${timezone}`] };
  return { ...request, preferences };
}
