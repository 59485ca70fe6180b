import type { Node } from "libpg-query";
import { AppError } from "../errors/index.ts";
import { nodeKind, type Statement } from "./statement.ts";

/**
 * WD407 for a statement that can't be part of the one transaction that all files are applied in; outside of it (see
 * `runsOutside`) only for one that would begin or end a transaction.
 */
export function refuseOutsideTransaction(statement: Statement, isOutside = false): AppError | undefined {
  const what = outsideTransaction(statement.node);
  const control = "TransactionStmt" in statement.node;
  if (what === undefined || (isOutside && !control)) return undefined;
  return new AppError("WD407", control ? `${what} can't be used here` : `${what} can't run inside a transaction`, {
    detail: "all files of a project are applied in one transaction: all of them count, or none",
    hint: control
      ? "remove it: howdah begins and commits"
      : "in a migration of its own, whose first line is `-- no-transaction`, it can",
    position: statement.source.position(statement.start),
    source: statement.source.text,
  });
}

/** Statements that Postgres always refuses in a transaction block (PreventInTransactionBlock). */
const never: Readonly<Record<string, string>> = {
  TransactionStmt: "transaction control (begin, commit, savepoint …)",
  CreatedbStmt: "create database",
  DropdbStmt: "drop database",
  AlterSystemStmt: "alter system",
  CreateTableSpaceStmt: "create tablespace",
  DropTableSpaceStmt: "drop tablespace",
  CreateSubscriptionStmt: "create subscription",
  DropSubscriptionStmt: "drop subscription",
};

/** What can't run in a transaction, by the words that people know it by. */
function outsideTransaction(node: Node): string | undefined {
  const kind = nodeKind(node);
  return Object.hasOwn(never, kind) ? never[kind] : (concurrently(node) ?? wholeDatabase(node));
}

function concurrently(node: Node): string | undefined {
  if ("IndexStmt" in node && node.IndexStmt.concurrent === true) return "create index concurrently";
  if ("DropStmt" in node && node.DropStmt.concurrent === true) return "drop index concurrently";
  const commands = "AlterTableStmt" in node ? (node.AlterTableStmt.cmds ?? []) : [];
  return commands.some(detachesConcurrently) ? "detach partition concurrently" : undefined;
}

function wholeDatabase(node: Node): string | undefined {
  if ("ReindexStmt" in node && reindexesOutside(node.ReindexStmt))
    return "reindex concurrently, or of more than a table,";
  if ("VacuumStmt" in node && node.VacuumStmt.is_vacuumcmd === true) return "vacuum";
  if ("ClusterStmt" in node && node.ClusterStmt.relation === undefined) return "cluster of all tables";
  return "DiscardStmt" in node && node.DiscardStmt.target === "DISCARD_ALL" ? "discard all" : undefined;
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
