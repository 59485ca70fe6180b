/** One row of the code table: what `howdah explain CODE` prints, and how the error leaves the process. */
export interface CodeEntry {
  /** A short name of the failure, lower case. */
  readonly title: string;
  /** Why it happens and what to do: a paragraph or several, plain text. */
  readonly explanation: string;
  /** Exit code of a command that ends with it: 1 failure, 2 usage, 3 refused until a decision is made. */
  readonly exitCode: 1 | 2 | 3;
  /** HTTP status, where the error answers a request. */
  readonly status?: number;
}
