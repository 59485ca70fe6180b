import type { RequestJob } from "./request-job.ts";

export interface SessionOptions {
  readonly applicationName: string;
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
  readonly maxStatements: number;
  readonly maxBytes: number;
  readonly roleSettings: readonly string[] | "any";
}

export interface SessionEvents {
  /** Clean, and ready for a request. */
  readonly onFree: () => void;
  /** One of the requests in flight was answered, and another may ride behind the rest. */
  readonly onRoom: () => void;
  /** Gone for good; `silent` when Postgres stopped answering, so that other connections are suspect too; those `returned` run elsewhere. */
  readonly onLost: (reason: string, silent: boolean, returned: readonly RequestJob[]) => void;
  /** A job that left nothing and is to run on another connection: this one is lost, or is held by the job ahead of it. */
  readonly onReturned: (job: RequestJob) => void;
}
