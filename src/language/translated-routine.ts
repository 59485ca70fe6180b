import type { AppError } from "../errors/index.ts";
import type { Tree } from "../project/index.ts";
import type { Language } from "./language.ts";
import type { LanguageFacts } from "./language-facts.ts";
import type { Signature } from "./signature.ts";
import type { Gate } from "./worker-sql.ts";

/** What a reader of files may know besides the file. */
export interface TranslateContext {
  readonly tree: Tree;
  readonly facts: LanguageFacts;
  readonly languages: readonly Language[];
}

/** What a reader of one language makes of a file. */
export interface TranslatedRoutines {
  readonly routines: readonly TranslatedRoutine[];
  readonly errors: readonly AppError[];
}

export interface TranslatedRoutine {
  readonly signature: Signature;
  readonly sql: string;
  readonly gate?: Gate | undefined;
  readonly texts: ReadonlyMap<string, string>;
}
