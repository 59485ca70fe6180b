import { relationOf, type Action } from "../../../diff/index.ts";
import { StatementError, type Connection, type Transaction } from "../../../postgres/index.ts";
import { rolledBack } from "../reversed.ts";

/**
 * Which new columns with a default would have Postgres write every row anew: it is tried on a table of one row, in a
 * database that has all that the default calls.
 */
export async function rewritingColumns(
  actions: readonly Action[],
  isBig: (action: Action) => boolean,
  connect: () => Promise<Connection>,
): Promise<ReadonlySet<string>> {
  const candidates = actions.filter((action) => isCandidate(action) && isBig(action));
  if (candidates.length === 0) return new Set();
  await using scratch = await connect();
  const found = new Set<string>();
  for (const action of candidates) {
    if (await rolledBack(scratch, async (tx) => rewrites(tx, action))) found.add(action.to?.key ?? "");
  }
  return found;
}

/** Constants are kept beside the rows. */
function isCandidate({ verb, to, inlined }: Action): boolean {
  if (verb !== "create" || to?.kind !== "column") return false;
  return inlined.some(({ kind, props }) => kind === "default" && /[(_]/.test(String(props["expression"])));
}

async function rewrites(tx: Transaction, { statements, to }: Action): Promise<boolean> {
  const addition = statements[0]?.replace(
    `alter table ${relationOf(to ?? { schema: null, relation: "" })} `,
    "alter table pg_temp.howdah_row ",
  );
  await tx.execute("create temporary table howdah_row (); insert into pg_temp.howdah_row default values");
  const before = await fileOf(tx);
  try {
    await tx.execute(addition ?? "");
  } catch (error) {
    if (error instanceof StatementError) return true;
    throw error;
  }
  return (await fileOf(tx)) !== before;
}

async function fileOf(tx: Transaction): Promise<string | undefined> {
  const [row] = await tx.query<{ file: string }>({
    text: "select pg_catalog.pg_relation_filenode('pg_temp.howdah_row'::pg_catalog.regclass)::pg_catalog.text as file",
    values: [],
  });
  return row?.file;
}
