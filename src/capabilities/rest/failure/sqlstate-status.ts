/** The HTTP status of an SQLSTATE (PostgREST manual, "HTTP Status Codes"); "PTxyz" names its own. */
export function sqlstateStatus(sqlstate: string, message: string, authenticated: boolean): number {
  switch (sqlstate) {
    case "42501":
      return authenticated ? 403 : 401;
    case "21000":
      // What the extension safeupdate says is the client's mistake, a subquery with several rows is the server's.
      return message.endsWith("requires a WHERE clause") ? 400 : 500;
    case "22023":
      return message.startsWith("role") && message.endsWith("does not exist") ? 401 : 400;
    case "42883":
      return message.startsWith("function xmlagg(") ? 406 : 404;
    default:
      return exact.get(sqlstate) ?? raised(sqlstate) ?? classes.get(sqlstate.slice(0, 2)) ?? 400;
  }
}

/** `PT404` is 404, `PTabc` is 500. */
function raised(sqlstate: string): number | undefined {
  if (!sqlstate.startsWith("PT")) return undefined;
  const digits = sqlstate.slice(2);
  return /^\d+$/.test(digits) ? Number(digits) : 500;
}

const exact: ReadonlyMap<string, number> = new Map([
  ["23503", 409],
  ["23505", 409],
  ["25006", 405],
  ["53400", 500],
  ["57P01", 503],
  ["P0001", 400],
  ["42P01", 404],
  ["42P17", 500],
]);

/** By the first two characters: the class. */
const classes: ReadonlyMap<string, number> = new Map([
  ["08", 503],
  ["09", 500],
  ["0L", 403],
  ["0P", 403],
  ["25", 500],
  ["28", 403],
  ["2D", 500],
  ["38", 500],
  ["39", 500],
  ["3B", 500],
  ["40", 500],
  ["53", 503],
  ["54", 500],
  ["55", 500],
  ["57", 500],
  ["58", 500],
  ["F0", 500],
  ["HV", 500],
  ["P0", 500],
  ["XX", 500],
]);
