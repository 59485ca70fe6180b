import { ident, relationOf, type Action, type Model } from "../../../diff/index.ts";
import { StatementError, type Connection, type Transaction } from "../../../postgres/index.ts";
import { rolledBack } from "../reversed.ts";

/**
 * Which new columns with a default, and which new types, would have Postgres write every row anew: it is tried on a table of
 * one row, in a database that has all that they call.
 */
export async function rewritingColumns(
  actions: readonly Action[],
  isBig: (action: Action) => boolean,
  { live, connect }: { readonly live: Model; readonly connect: () => Promise<Connection> },
): Promise<ReadonlySet<string>> {
  const candidates = actions.filter((action) => (isCandidate(action) || isRetype(action)) && isBig(action));
  if (candidates.length === 0) return new Set();
  await using scratch = await connect();
  const found = new Set<string>();
  for (const action of candidates) {
    const columns = isRetype(action) ? columnsOf(action, live) : "";
    if (await rolledBack(scratch, async (tx) => rewrites(tx, action, columns))) found.add(action.to?.key ?? "");
  }
  return found;
}

/** Constants are kept beside the rows. */
function isCandidate({ verb, to, inlined }: Action): boolean {
  if (verb !== "create" || to?.kind !== "column") return false;
  return inlined.some(({ kind, props }) => kind === "default" && /[(_]/.test(String(props["expression"])));
}

function isRetype({ verb, aspect, to }: Action): boolean {
  return verb === "alter" && aspect === "type" && to?.kind === "column";
}

/** The table's columns as they stand: how a value is converted may be said by others. */
function columnsOf({ to }: Action, live: Model): string {
  return (live.parts.get(to?.parent ?? "") ?? [])
    .flatMap((key) => live.facts.get(key) ?? [])
    .filter(({ kind }) => kind === "column")
    .map(({ name, props }) => `${ident(name)} ${String(props["type"])}`)
    .join(", ");
}

/** True as well where it can't be tried. */
async function rewrites(tx: Transaction, { statements, to }: Action, columns: string): Promise<boolean> {
  const statement = statements[0]?.replace(
    `alter table ${relationOf(to ?? { schema: null, relation: "" })} `,
    "alter table pg_temp.howdah_row ",
  );
  try {
    await tx.execute(`create temporary table howdah_row (${columns}); insert into pg_temp.howdah_row default values`);
    const before = await fileOf(tx);
    await tx.execute(statement ?? "");
    return (await fileOf(tx)) !== before;
  } catch (error) {
    if (error instanceof StatementError) return true;
    throw error;
  }
}

async function fileOf(tx: Transaction): Promise<string | undefined> {
  const [row] = await tx.query<{ file: string }>({
    text: "select pg_catalog.pg_relation_filenode('pg_temp.howdah_row'::pg_catalog.regclass)::pg_catalog.text as file",
    values: [],
  });
  return row?.file;
}
