import type { Action, Probe } from "../../diff/index.ts";
import { AppError, type Position } from "../../errors/index.ts";
import { StatementError, type Transaction } from "../../postgres/index.ts";
import type { StandingNames } from "./standing-names.ts";

/** How long one look at the data may take: seconds. */
const probeSeconds = 60;

/** What asking the data needs to know. */
export interface PreflightInput {
  readonly actions: readonly Action[];
  /** As the database calls things at the moment of asking. */
  readonly names: StandingNames;
  readonly origin: (key: string) => { readonly position: Position; readonly source: string } | undefined;
}

/** What the data said. */
export interface Preflight {
  /** Rows in the way (WD463): all that were found, each with the place in the file that asks for it. */
  readonly obstacles: readonly AppError[];
  /** Actions whose rows can't be asked yet: whoever asks may not read them, or a migration makes them first. */
  readonly unasked: readonly Action[];
}

/** Asks the live data whether it allows what is to be done, by read-only queries that end at the first row in the way. */
export async function preflight(
  tx: Pick<Transaction, "query" | "execute" | "savepoint">,
  { actions, names, origin }: PreflightInput,
): Promise<Preflight> {
  const obstacles: AppError[] = [];
  const unasked = new Set<Action>();
  for (const action of actions) {
    for (const probe of action.probes) {
      const answer = await ask(tx, names(probe.sql));
      if (answer.kind === "unasked") unasked.add(action);
      if (answer.kind !== "in the way") continue;
      const place = origin(action.to?.key ?? action.from?.key ?? "");
      obstacles.push(
        new AppError("WD463", probe.message, { detail: answer.detail, hint: hintFor(probe.what), ...place }),
      );
    }
  }
  return { obstacles, unasked: [...unasked] };
}

type Answer =
  | { readonly kind: "clear" }
  | { readonly kind: "unasked" }
  | { readonly kind: "in the way"; readonly detail: string };

/** Insufficient privilege; no such table, column, function, type, schema. */
const unaskable: ReadonlySet<string> = new Set(["42501", "42P01", "42703", "42883", "42704", "3F000"]);

/** The first row in the way; where the probe itself fails (a cast that is no cast), what Postgres says. */
async function ask(tx: Pick<Transaction, "query" | "execute" | "savepoint">, text: string): Promise<Answer> {
  try {
    return await tx.savepoint(async () => {
      await tx.execute(`set local statement_timeout = '${probeSeconds}s'`);
      const [row] = await tx.query<{ row: string | null }>({ text, values: [] });
      await tx.execute("set local statement_timeout = 0");
      if (row === undefined) return { kind: "clear" };
      return { kind: "in the way", detail: `the first such row: ${row.row ?? "null"}` };
    });
  } catch (error) {
    if (!(error instanceof StatementError)) throw error;
    const sqlstate = error.postgres?.sqlstate ?? "";
    // Too many rows to look at in time: the change itself will tell.
    if (sqlstate === "57014") return { kind: "clear" };
    return unaskable.has(sqlstate) ? { kind: "unasked" } : { kind: "in the way", detail: error.message };
  }
}

function hintFor(what: Probe["what"]): string {
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
      return "mend the rows, by hand or in a migration, or change the declaration";
  }
}
