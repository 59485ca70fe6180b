import { plainName, type CatalogObject } from "../../catalog/index.ts";
import { AppError } from "../../errors/index.ts";
import type { Transaction } from "../../postgres/index.ts";
import { readIdlePolicies } from "../idle-policy.ts";
import { relationIdentity } from "../syntax.ts";
import type { Unit } from "./unit.ts";

/** WD418: a policy on a table that others may use, and whose row security is off, protects nothing. */
export async function idlePolicies(
  tx: Transaction,
  units: readonly Unit[],
  live: ReadonlyMap<string, CatalogObject>,
): Promise<readonly AppError[]> {
  const policies = units.filter(({ statement }) => statement.kind === "CreatePolicyStmt");
  if (policies.length === 0) return [];
  const idle = await readIdlePolicies(tx);
  if (idle.size === 0) return [];
  return policies.flatMap((unit) => {
    const { statement, name, table } = policyOf(unit);
    if (!idle.has(live.get(`policy ${name} on ${table}`)?.oid ?? "")) return [];
    return [
      new AppError("WD418", `policy ${name} on ${table} has no effect: row security of ${table} is off`, {
        hint: `write in schema/: alter table ${table} enable row level security`,
        position: statement.source.position(statement.start),
        source: statement.source.text,
      }),
    ];
  });
}

function policyOf({ statement, session }: Unit) {
  const node = "CreatePolicyStmt" in statement.node ? statement.node.CreatePolicyStmt : {};
  const { table, policy_name: name = "" } = node;
  const schemaname = table?.schemaname ?? session.schemas[0] ?? "public";
  return {
    statement,
    name: plainName(name),
    table: relationIdentity(table === undefined ? undefined : { ...table, schemaname }),
  };
}
