import pg from "pg";
import { AppError } from "../errors/index.ts";
import { message, readColumns, readError, readRow, readTag } from "./backend.ts";
import { isTampered } from "./cleanup.ts";
import { endsSession, postgresFields, StatementError, unreachable } from "./driver-error.ts";
import type { RawResult } from "./request-pool.ts";
import type { Statement } from "./statement-cache.ts";

/**
 * What a statement is for: only the rows of queries are kept. A "plan" stands between a query's Bind and its Execute; what
 * is "late" runs behind the request's "end", for the sake of the cleanup.
 */
export type StepKind = "begin" | "setup" | "plan" | "query" | "guard" | "end" | "late" | "clean";

/** Takes a value whose bytes are free, or `owned` by nobody else, once it returns. */
export type OnValue = (value: Buffer | null, owned: boolean) => void;

interface Step {
  readonly kind: StepKind;
  readonly statement: Statement;
  readonly rows: (readonly (Buffer | null)[])[];
  tag: string;
  /** The statement was known before this request, so its Bind can find it outdated. */
  readonly prepared: boolean;
  bound: boolean;
}

/** "cached plan must not change result type", "prepared statement … does not exist". */
const outdatedCodes: ReadonlySet<string> = new Set(["0A000", "26000"]);

/** A request has nothing to do with these: it is sent again without them. */
const cleaning: ReadonlySet<StepKind> = new Set(["late", "clean"]);

/** Stands for all statements of the cleanup. */
const cleanup: Statement = { name: "", text: "", role: "", columns: [], known: true };

/**
 * What has come back of one request, step by step.
 *
 * It collects until ReadyForQuery; only then is there a result, because the commit may still fail.
 */
export class RequestPhase {
  readonly #steps: Step[] = [];
  readonly #parsing: (Statement | undefined)[] = [];
  readonly #maxBytes: number;
  readonly #onTooLarge: () => void;
  readonly #onValue: OnValue | undefined;
  #streamed: number | undefined;
  #described: Statement | undefined;
  #at = 0;
  #bytes = 0;
  #failure: pg.DatabaseError | undefined;
  #unfit: string | undefined;
  #parses = false;

  /** `onValue` takes the first value of each row of the last query; then none is kept. */
  constructor(maxBytes: number, onTooLarge: () => void, onValue?: OnValue) {
    this.#onValue = onValue;
    this.#maxBytes = maxBytes;
    this.#onTooLarge = onTooLarge;
  }

  /** Announces a Parse; undefined for the one without a name. */
  expectParse(statement: Statement | undefined): void {
    this.#parsing.push(statement);
    this.#parses = true;
  }

  /** It prepares a statement: until it is answered, nobody knows what the connection holds. */
  get parses(): boolean {
    return this.#parses;
  }

  /**
   * Announces an Execute, in the order in which they are sent; `parsed` says that a Parse of this request went ahead,
   * `bound` that its Bind stands before the step ahead of it.
   */
  expect(kind: StepKind, statement: Statement, parsed: boolean, bound = false): void {
    this.#steps.push({ kind, statement, rows: [], tag: "", prepared: !parsed, bound });
  }

  onMessage(code: number, bytes: Buffer, start: number, end: number, owned: boolean): void {
    switch (code) {
      case message.dataRow:
        return this.#row(bytes, start, end, owned);
      case message.parseComplete:
        return this.#parsed();
      case message.rowDescription:
        if (this.#described !== undefined) this.#described.columns = readColumns(bytes, start);
        return;
      case message.bindComplete:
        return this.#bound();
      case message.commandComplete:
        return this.#complete(this.#tagOf(bytes, start, end));
      case message.emptyQueryResponse:
        return this.#complete("");
      case message.copyOutResponse:
        this.#unfit ??= "copy to stdout";
        return;
      case message.errorResponse:
        this.#failure ??= readError(bytes, start, end);
        return;
      default:
        // NoData, ParameterDescription, notices, parameter changes, notifications and COPY data: nothing to do.
        return;
    }
  }

  /** What Postgres refused, if it did. */
  get failure(): pg.DatabaseError | undefined {
    return this.#failure;
  }

  get tooLarge(): boolean {
    return this.#bytes > this.#maxBytes;
  }

  /** True when the session itself was not fit to serve: nothing of the request has run. */
  get isTampered(): boolean {
    return this.#steps[this.#at]?.kind === "setup" && this.#failure !== undefined && isTampered(this.#failure);
  }

  /**
   * True when a table changed under a prepared statement, or the request itself removed it, so that it was refused before it
   * ran; and where only the cleanup inside the request failed. All is rolled back.
   */
  get isRepeatable(): boolean {
    const step = this.#steps[this.#at];
    const code = this.#failure?.code;
    if (step === undefined || code === undefined) return false;
    if (cleaning.has(step.kind) && code !== "57014") return true;
    return outdatedCodes.has(code) && step.prepared && !step.bound;
  }

  /** The rows of every query, or the AppError that the request ends with. `status` is ReadyForQuery's. */
  outcome(status: string): readonly RawResult[] | AppError {
    if (this.#failure !== undefined) return this.#refused(this.#failure);
    const unfit = status === "I" ? this.#unfit : "it began a transaction";
    if (unfit !== undefined) {
      return new AppError("WD213", "a request can't run this statement", { detail: unfit });
    }
    const queries = this.#steps.filter((step) => step.kind === "query");
    return queries.map(({ statement, rows, tag }) => ({ columns: statement.columns, rows, tag }));
  }

  #refused(error: pg.DatabaseError): AppError {
    if (endsSession(error)) return unreachable(error);
    const queries = this.#steps.slice(0, this.#at).filter((step) => step.kind === "query");
    switch (this.#steps[this.#at]?.kind) {
      case "begin":
      case "setup":
        return refusedRole(error);
      case "plan":
      case "query":
        return new StatementError(error, queries.length);
      case "guard":
        return new StatementError(readOnlyViolation());
      case "end":
      case "late":
      case "clean":
      case undefined:
        return new StatementError(error);
    }
  }

  /** Announces so many Executes of the cleanup that runs inside the request. */
  expectCleanup(count: number): void {
    for (let left = count; left > 0; left--)
      this.#steps.push({ kind: "clean", statement: cleanup, rows: [], tag: "", prepared: true, bound: false });
  }

  #row(bytes: Buffer, start: number, end: number, owned: boolean): void {
    if (this.#steps[this.#at]?.kind !== "query") return;
    if (this.#onValue !== undefined) return this.#pass(this.#onValue, readRow(bytes, start)[0] ?? null, owned);
    const row = owned ? readRow(bytes, start) : readRow(copyOf(bytes, start, end), 0);
    const before = this.#bytes;
    this.#bytes += end - start;
    if (this.#bytes <= this.#maxBytes) this.#steps[this.#at]?.rows.push(row);
    else if (before <= this.#maxBytes) this.#overflow();
  }

  /** Only the rows of the last query are passed on. */
  #pass(onValue: OnValue, value: Buffer | null, owned: boolean): void {
    this.#streamed ??= this.#steps.findLastIndex(({ kind }) => kind === "query");
    if (this.#at === this.#streamed) onValue(value, owned);
  }

  #overflow(): void {
    for (const step of this.#steps) step.rows.length = 0;
    this.#onTooLarge();
  }

  #parsed(): void {
    this.#described = this.#parsing.shift();
    if (this.#described !== undefined) this.#described.known = true;
  }

  /** Only a query's tag is ever asked for. */
  #tagOf(bytes: Buffer, start: number, end: number): string {
    return this.#steps[this.#at]?.kind === "query" ? readTag(bytes, start, end) : "";
  }

  #bound(): void {
    const step = this.#steps[this.#at];
    if (step !== undefined) step.bound = true;
  }

  #complete(tag: string): void {
    const step = this.#steps[this.#at++];
    if (step === undefined) return;
    step.tag = tag;
    if (step.kind === "query" && /^(BEGIN|START TRANSACTION|COMMIT|ROLLBACK|PREPARE TRANSACTION)/.test(tag))
      this.#unfit ??= `it ran ${tag}`;
  }
}

function copyOf(bytes: Buffer, start: number, end: number): Buffer {
  const copy = Buffer.allocUnsafe(end - start);
  bytes.copy(copy, 0, start, end);
  return copy;
}

/** What Postgres itself says of a write in a read-only transaction. */
function readOnlyViolation(): pg.DatabaseError {
  const error = new pg.DatabaseError("cannot write in a read-only transaction", 0, "error");
  return Object.assign(error, { severity: "ERROR", code: "25006" });
}

function refusedRole(error: pg.DatabaseError): AppError {
  return new AppError("WD209", "the request's role or settings were refused", {
    detail: error.message,
    hint: error.hint,
    postgres: postgresFields(error),
    cause: error,
  });
}
