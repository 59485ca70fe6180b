import type { Action } from "../../diff/index.ts";
import { AppError, type Position } from "../../errors/index.ts";
import { StatementError, type Transaction } from "../../postgres/index.ts";

/** How long one look at the data may take: seconds. */
const probeSeconds = 60;

/**
 * Asks the live data whether it allows what is to be done, by read-only queries that end at the first row in the way.
 *
 * All that was found at once, each with the place in the file that asks for it (WD463).
 */
export async function preflight(
  tx: Transaction,
  actions: readonly Action[],
  origin: (key: string) => { readonly position: Position; readonly source: string } | undefined,
): Promise<readonly AppError[]> {
  const errors: AppError[] = [];
  for (const action of actions) {
    for (const probe of action.probes) {
      const row = await firstInTheWay(tx, probe.sql);
      if (row === undefined) continue;
      const key = action.to?.key ?? action.from?.key ?? "";
      errors.push(
        new AppError("WD463", probe.message, {
          detail: row.startsWith("?") ? row.slice(1) : `the first such row: ${row}`,
          hint: hintFor(probe.what),
          ...origin(key),
        }),
      );
    }
  }
  return errors;
}

/** The first row in the way; where the probe itself fails (a cast that is no cast), what Postgres says. */
async function firstInTheWay(tx: Transaction, text: string): Promise<string | undefined> {
  try {
    return await tx.savepoint(async () => {
      await tx.execute(`set local statement_timeout = '${probeSeconds}s'`);
      const [row] = await tx.query<{ row: string | null }>({ text, values: [] });
      await tx.execute("set local statement_timeout = 0");
      return row === undefined ? undefined : (row.row ?? "null");
    });
  } catch (error) {
    if (!(error instanceof StatementError)) throw error;
    // Too many rows to look at in time: the change itself will tell.
    if (error.postgres?.sqlstate === "57014") return undefined;
    return `?${error.message}`;
  }
}

function hintFor(what: Action["probes"][number]["what"]): string {
  switch (what) {
    case "null":
      return "say what stands there from now on: `-- @backfill expression` on the line before the column, or mend the rows in a migration";
    case "cast":
      return "say how to convert: `-- @using expression` on the line before the column, or mend the rows in a migration";
    case "label":
      return "say what takes its place: `-- @drop label schema.type.label use=other`, or mend the rows in a migration";
    case "duplicate":
    case "orphan":
    case "check":
    case "overlap":
    case "partition":
      return "mend the rows in a migration, or change the declaration";
  }
}
