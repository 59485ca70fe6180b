import type { Action } from "../../diff/index.ts";
import { AppError } from "../../errors/index.ts";
import { quoteIdentifier, StatementError, type Transaction } from "../../postgres/index.ts";
import type { Desired } from "../desired/desired.ts";
import { locateError, type SourceMap } from "../locate.ts";
import type { SessionSettings } from "../session.ts";
import { needsAdmin } from "./admin-kinds.ts";
import { objectName } from "./object-name.ts";
import type { Change } from "./plan-change.ts";
import { placeOf } from "./place-of.ts";
import { keepRows, losesRows } from "./trash.ts";

/** What actions are run with. */
export interface RunInput {
  readonly tx: Transaction;
  readonly change: Change;
  readonly desired: Desired;
  readonly settings: SessionSettings;
  readonly sources: SourceMap;
  /** Who makes what the owner may not. */
  readonly admin: string;
}

/** So many are sent at once: a round trip takes as long as most of them. */
const atOnce = 200;

/**
 * Runs actions in their order, many with each round trip; where some of them fail, they are taken back and run one by one,
 * so that the one is told that did. Throws WD411 with its place in the file, WD470 for what the owner may not.
 */
export async function runActions(input: RunInput, actions: readonly Action[]): Promise<void> {
  let batch: Action[] = [];
  for (const action of actions) {
    if (isPrivileged(input, action) || isKept(input, action, actions)) {
      await runBatch(input, batch);
      batch = [];
      await runOne(input, action, actions);
      continue;
    }
    batch.push(action);
    if (batch.length < atOnce) continue;
    await runBatch(input, batch);
    batch = [];
  }
  await runBatch(input, batch);
}

async function runBatch(input: RunInput, batch: readonly Action[]): Promise<void> {
  if (batch.length > 1) {
    try {
      await input.tx.savepoint(async () => input.tx.execute(atOnceText(batch.flatMap(({ statements }) => statements))));
      return;
    } catch (error) {
      if (!(error instanceof StatementError)) throw error;
    }
  }
  for (const action of batch) await runOne(input, action);
}

/** Statements as one text; each may end in a comment. */
export function atOnceText(statements: readonly string[]): string {
  return statements.join("\n;\n");
}

function isPrivileged({ desired, admin, change }: RunInput, action: Action): boolean {
  return needsAdmin(action, desired, { admin, live: change.live });
}

/** What it throws away is copied first. */
function isKept({ settings }: RunInput, action: Action, all: readonly Action[]): boolean {
  return settings.trash !== undefined && losesRows(action, all);
}

async function runOne(input: RunInput, action: Action, all: readonly Action[] = []): Promise<void> {
  const { tx, desired, settings, sources, admin } = input;
  const privileged = isPrivileged(input, action);
  if (privileged && settings.asAdmin === false) throw notAsAdmin(action, desired, admin);
  if (privileged) await tx.execute("set local role none");
  const { trash: term } = settings;
  if (term !== undefined) await keepRows(tx, action, { all, live: input.change.live, term });
  for (const statement of action.statements) {
    try {
      await tx.execute(statement);
    } catch (error) {
      throw failed(error, action, { desired, sources, statement });
    }
  }
  if (privileged) await tx.execute(`set local role ${quoteIdentifier(settings.owner)}`);
}

function notAsAdmin(action: Action, desired: Desired, admin: string): AppError {
  const fact = action.to ?? action.from;
  const place = placeOf(desired, fact?.key ?? "");
  return new AppError(
    "WD470",
    `${fact === undefined ? "this" : objectName(fact)} needs more than the owner of the database may do`,
    {
      detail: `${admin} has connected by a url, and runs nothing of schema/ itself unless it is told to: ${action.statements.join("; ")}`,
      hint: "let an administrator do it, or write as_admin = true under [schema] in howdah.toml",
      ...place,
    },
  );
}

function failed(
  error: unknown,
  action: Action,
  { desired, sources, statement }: { desired: Desired; sources: SourceMap; statement: string },
): unknown {
  if (!(error instanceof StatementError)) return error;
  const inner = locateError(error, sources);
  const place = placeOf(desired, action.to?.key ?? action.from?.key ?? "");
  return new AppError("WD411", error.message, {
    detail: [error.detail, `while running: ${statement}`].filter((line) => line !== undefined).join("\n"),
    hint: error.hint,
    position: inner?.position ?? place?.position,
    source: inner?.source ?? place?.source,
    postgres: error.postgres,
    cause: error,
  });
}
