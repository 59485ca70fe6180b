import assert from "node:assert/strict";
import type { AssemblyAction, AssemblyReport } from "../../src/application/index.ts";
import type { TestProject } from "./project.ts";

/** Files of a project whose only table is `account`, with these columns behind its key. */
export function account(columns: string, rest = ""): Record<string, string> {
  return { "schema/account.sql": `create table account (\n  id bigint primary key,\n${columns}\n);\n${rest}` };
}

/** The rows of a query in the project's database. */
export async function rows(project: TestProject, text: string): Promise<readonly Record<string, unknown>[]> {
  return await project.connection.query({ text, values: [] });
}

/** The statements of changes, in their order. */
export function statements(report: Pick<AssemblyReport, "actions">): readonly string[] {
  return report.actions.flatMap((action: AssemblyAction) => (action.kind === "change" ? action.statements : []));
}

/** A second assembly finds nothing to do, and neither does a plan. */
export async function settled(project: TestProject): Promise<void> {
  const again = await project.assemble();
  assert.deepEqual([again.actions, again.changed], [[], false]);
}

/** Which file the rows are in: another one means that they were written anew. */
export async function fileOf(project: TestProject, table: string): Promise<unknown> {
  const [row] = await rows(project, `select pg_relation_filenode('${table}') as node`);
  return row?.["node"];
}
