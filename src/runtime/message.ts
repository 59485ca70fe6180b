/** What the session of a backend and the runner of one call tell each other; values are JSON text, read by the runner. */
export type ToRunner =
  | { readonly kind: "call"; readonly module: string; readonly code: string | undefined; readonly text: string }
  | { readonly kind: "answer"; readonly text: string };

export type FromRunner =
  /** The function's value, as JSON text. */
  | { readonly kind: "done"; readonly value: string }
  /** A query's text with $1, …: their types are asked for. */
  | { readonly kind: "describe"; readonly query: string }
  /** Parameters as Postgres's text; `command` for what returns no rows. */
  | {
      readonly kind: "query";
      readonly query: string;
      readonly parameters: readonly (string | null)[];
      readonly command?: boolean | undefined;
    }
  | { readonly kind: "fail"; readonly error: Failure };

/** What a function threw, in Postgres's words. */
export interface Failure {
  /** SQLSTATE; P0001 where the function says none. */
  readonly code?: string | undefined;
  readonly message: string;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
  /** Lines of context, innermost first: "JavaScript at functions/slug.ts:12:5 (slug)". */
  readonly where?: string | undefined;
  readonly schema?: string | undefined;
  readonly table?: string | undefined;
  readonly column?: string | undefined;
  readonly dataType?: string | undefined;
  readonly constraint?: string | undefined;
}

/** Runs one call at a time, in a thread or process of its own. */
export interface Runner {
  readonly language: string;
  /** Modules that it has the code of. */
  readonly modules: Set<string>;
  send(message: ToRunner): void;
  /** The next message of the call; a runner that ended says so as a failure, and is not used again. */
  next(): Promise<FromRunner>;
  readonly ended: boolean;
  kill(): Promise<void>;
}
