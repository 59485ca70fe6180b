import type { Node } from "libpg-query";
import { AppError } from "../errors/index.ts";
import type { Statement } from "./statement.ts";

/** WD407 for a statement that can't be part of the one transaction that all files are applied in. */
export function refuseOutsideTransaction(statement: Statement): AppError | undefined {
  const what = outsideTransaction(statement.node);
  if (what === undefined) return undefined;
  const control = "TransactionStmt" in statement.node;
  return new AppError("WD407", control ? `${what} can't be used here` : `${what} can't run inside a transaction`, {
    detail: "all files of a project are applied in one transaction: all of them count, or none",
    hint: control
      ? "remove it: howdah begins and commits"
      : "migrations outside of the transaction (-- no-transaction) are not supported yet: leave it out, or use the form that can",
    position: statement.source.position(statement.start),
    source: statement.source.text,
  });
}

/** What Postgres refuses in a transaction block (PreventInTransactionBlock), by the words that people know it by. */
function outsideTransaction(node: Node): string | undefined {
  if ("TransactionStmt" in node) return "transaction control (begin, commit, savepoint …)";
  if ("IndexStmt" in node && node.IndexStmt.concurrent === true) return "create index concurrently";
  if ("DropStmt" in node && node.DropStmt.concurrent === true) return "drop index concurrently";
  if ("ReindexStmt" in node && reindexesOutside(node.ReindexStmt)) return "reindex concurrently, or of more than a table,";
  if ("VacuumStmt" in node && node.VacuumStmt.is_vacuumcmd === true) return "vacuum";
  if ("ClusterStmt" in node && node.ClusterStmt.relation === undefined) return "cluster of all tables";
  if ("CreatedbStmt" in node) return "create database";
  if ("DropdbStmt" in node) return "drop database";
  if ("AlterSystemStmt" in node) return "alter system";
  if ("CreateTableSpaceStmt" in node) return "create tablespace";
  if ("DropTableSpaceStmt" in node) return "drop tablespace";
  if ("CreateSubscriptionStmt" in node) return "create subscription";
  if ("DropSubscriptionStmt" in node) return "drop subscription";
  if ("DiscardStmt" in node && node.DiscardStmt.target === "DISCARD_ALL") return "discard all";
  if ("AlterTableStmt" in node && (node.AlterTableStmt.cmds ?? []).some(detachesConcurrently)) {
    return "detach partition concurrently";
  }
  return undefined;
}

function reindexesOutside(node: Extract<Node, { ReindexStmt: unknown }>["ReindexStmt"]): boolean {
  const concurrently = (node.params ?? []).some(
    (option) => "DefElem" in option && option.DefElem.defname === "concurrently",
  );
  return concurrently || !["REINDEX_OBJECT_INDEX", "REINDEX_OBJECT_TABLE"].includes(node.kind ?? "");
}

function detachesConcurrently(command: Node): boolean {
  if (!("AlterTableCmd" in command)) return false;
  const { subtype, def } = command.AlterTableCmd;
  return (
    subtype === "AT_DetachPartition" &&
    def !== undefined &&
    "PartitionCmd" in def &&
    def.PartitionCmd.concurrent === true
  );
}
