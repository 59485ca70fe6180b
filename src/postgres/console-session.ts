import type pg from "pg";
import { connectClient } from "./client.ts";
import type { Notice } from "./connection.ts";
import { fromDriver } from "./driver-error.ts";
import type { Target } from "./target.ts";

/** One result as Postgres wrote it: every value is text, or null. */
export interface ConsoleResult {
  /** The command tag: "SELECT", "CREATE", with the number of rows where it has one. */
  readonly tag: string;
  readonly columns: readonly { readonly name: string; readonly typeOid: number }[];
  readonly rows: readonly (readonly (string | null)[])[];
}

/** A session for a person at a prompt: any text, results as text. */
export interface ConsoleSession extends AsyncDisposable {
  /** Runs one or many statements (the simple protocol), one result each. */
  run(text: string): Promise<readonly ConsoleResult[]>;
  /** Asks Postgres to end what runs now; it fails with SQLSTATE 57014. */
  cancel(): Promise<void>;
  onNotice(listener: (notice: Notice) => void): void;
}

const connectTimeoutMs = 10_000;

/** Opens a session for a prompt; throws WD201, WD202. */
export async function openConsole(target: Target): Promise<ConsoleSession> {
  const options = { applicationName: "howdah psql", connectTimeoutMs };
  const client = await connectClient(target, options);
  return {
    run: (text) => run(client, text),
    async cancel() {
      const other = await connectClient(target, options);
      const { processID } = client as unknown as { readonly processID: number };
      try {
        await other.query("select pg_catalog.pg_cancel_backend($1)", [processID]);
      } finally {
        await other.end();
      }
    },
    onNotice(listener) {
      client.on("notice", (notice) => {
        listener({
          severity: notice.severity ?? "NOTICE",
          sqlstate: notice.code ?? "00000",
          message: notice.message ?? "",
          detail: notice.detail,
          hint: notice.hint,
        });
      });
    },
    [Symbol.asyncDispose]: () => client.end(),
  };
}

async function run(client: pg.Client, text: string): Promise<readonly ConsoleResult[]> {
  try {
    const types = { getTypeParser: () => (value: string) => value };
    const answer: unknown = await client.query({ text, rowMode: "array", types } as pg.QueryArrayConfig);
    return (Array.isArray(answer) ? answer : [answer]).map((result) => toResult(result as pg.QueryArrayResult));
  } catch (error) {
    throw fromDriver(error);
  }
}

/** Commands that tell how many rows they touched; the driver keeps word and number apart. */
function toResult(result: pg.QueryArrayResult): ConsoleResult {
  const number = result.rowCount === null ? "" : ` ${result.rowCount}`;
  return {
    tag: `${result.command ?? ""}${number}`,
    columns: result.fields.map((field) => ({ name: field.name, typeOid: field.dataTypeID })),
    rows: result.rows as readonly (readonly (string | null)[])[],
  };
}
