import { planDiff, readModel, type Diff, type Model } from "../diff/index.ts";
import { connect, sql, type Target } from "../postgres/index.ts";

/** What `howdah schema diff` finds: statements that turn the first schema into the second. */
export interface DatabaseDiff {
  /** To be run one by one on one connection. */
  readonly statements: readonly string[];
  /** Objects of kinds that can't be compared, in either database. */
  readonly unmodelled: readonly string[];
}

/** Compares the schemas of two databases; both are only read. */
export async function diffDatabases(from: Target, to: Target): Promise<DatabaseDiff> {
  const [before, after] = await Promise.all([read(from), read(to)]);
  const { actions } = planDiff(before.model, after.model, { role: before.role });
  return {
    statements: statementsOf(actions),
    unmodelled: [...new Set([...before.model.unmodelled, ...after.model.unmodelled])],
  };
}

/** A body given as text may name what comes later: nothing but its author knows. */
function statementsOf(actions: Diff["actions"]): readonly string[] {
  const statements = actions.flatMap((action) => action.statements);
  const facts = actions.flatMap(({ to, inlined }) => (to === undefined ? [] : [to, ...inlined]));
  const hasBodies = facts.some(({ kind }) => kind === "function" || kind === "procedure");
  return hasBodies ? ["set check_function_bodies = off", ...statements] : statements;
}

async function read(target: Target): Promise<{ readonly model: Model; readonly role: string }> {
  await using connection = await connect(target, { applicationName: "howdah schema diff" });
  return await connection.transaction(async (tx) => {
    await tx.execute("set transaction isolation level repeatable read, read only");
    const [row] = await tx.query<{ role: string }>(sql`select current_user as role`);
    return { model: await readModel(tx, { leaveOut: ["howdah"] }), role: row?.role ?? "" };
  });
}
