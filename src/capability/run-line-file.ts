import { AppError, type Position } from "../errors/index.ts";
import { StatementError, type Transaction } from "../postgres/index.ts";
import type { Capability } from "./capability.ts";
import type { LineFile } from "./migration-line.ts";

/** Runs one file of a capability's SQL; throws WD609 with its place, WD610 where it would end the transaction. */
export async function runLineFile(tx: Transaction, capability: Capability, file: LineFile): Promise<void> {
  await refuseTransactionControl(capability, file);
  try {
    await tx.execute(file.text);
  } catch (error) {
    if (!(error instanceof StatementError)) throw error;
    throw new AppError("WD609", `the capability "${capability.name}" can't be installed: ${error.message}`, {
      detail: error.detail,
      hint: error.hint,
      position: error.offset === undefined ? undefined : positionOf(capability, file, error.offset - 1),
      source: file.text,
      postgres: error.postgres,
      cause: error,
    });
  }
}

/**
 * COMMIT in a file would make half of an installation last. It is looked for in the parse tree, beforehand, because
 * afterwards is too late; what libpg-query can't parse, Postgres refuses with the better message.
 */
async function refuseTransactionControl(capability: Capability, file: LineFile): Promise<void> {
  const { parse } = await import("libpg-query");
  const tree: unknown = await parse(file.text).catch(() => undefined);
  for (const { stmt, stmt_location: location = 0 } of statementsOf(tree)) {
    if (stmt === undefined || !Object.hasOwn(stmt, "TransactionStmt")) continue;
    const before = Buffer.from(file.text).subarray(0, location).toString("utf8");
    const blank = /^(?:\s|--[^\n]*\n)*/.exec(file.text.slice(before.length))?.[0].length ?? 0;
    throw new AppError("WD610", `the capability "${capability.name}" ends the transaction of its installation`, {
      position: positionOf(capability, file, Array.from(before).length + blank),
      source: file.text,
    });
  }
}

interface RawStatement {
  readonly stmt?: object;
  /** In bytes. */
  readonly stmt_location?: number;
}

function statementsOf(tree: unknown): readonly RawStatement[] {
  if (typeof tree !== "object" || tree === null || !("stmts" in tree)) return [];
  return Array.isArray(tree.stmts) ? (tree.stmts as readonly RawStatement[]) : [];
}

/** The place of a character (code points, from 0), as Postgres counts them. */
function positionOf(capability: Capability, { file, text }: LineFile, offset: number): Position {
  const lines = Array.from(text).slice(0, offset).join("").split("\n");
  return {
    file: `${capability.name}/sql/${file}`,
    line: lines.length,
    column: Array.from(lines.at(-1) ?? "").length + 1,
  };
}
