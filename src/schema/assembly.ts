import type { AppError } from "../errors/index.ts";
import type { Transaction } from "../postgres/index.ts";
import type { Tree } from "../project/index.ts";
import type { DatabaseRoles } from "./roles.ts";

/** What an assembly starts from; everything it does is planned first and applied in one transaction. */
export interface AssemblyInput {
  readonly tree: Tree;
  readonly roles: DatabaseRoles;
  readonly mode: "development" | "production";
  /** Loads seeds/: in development where nothing is said, in production never; false tells of what was left out (WD423). */
  readonly seeds?: boolean | undefined;
  /** Runs migrations that are older than the newest applied one (they arrived with a branch merge). */
  readonly allowOutOfOrder?: boolean | undefined;
  /** Undoes the newest applied migration by its recorded `-- @down` part and runs the edited file (development). */
  readonly redoNewest?: boolean | undefined;
  /** Steps of the capabilities, inside the same transaction, as the owner; see ARCHITECTURE.md, Assembly. */
  readonly steps?: {
    /** Capability migrations: ahead of the project's SQL. */
    readonly before?: ((tx: Transaction) => Promise<void>) | undefined;
    /** Capabilities' own files: after functions and grants. */
    readonly after?: ((tx: Transaction) => Promise<void>) | undefined;
    /** A stable text of what `before` would do (names and hashes), so that an unchanged project skips the work. */
    readonly fingerprint?: string | undefined;
  };
  /** The deadline of lock waits, milliseconds; default 10,000. */
  readonly lockTimeoutMs?: number | undefined;
}

/** One step of an assembly, in order: plain data, printed by `howdah migrate --plan`. */
export type AssemblyAction =
  | { readonly kind: "migrate"; readonly file: string; readonly version: string; readonly outOfOrder: boolean }
  | { readonly kind: "redo"; readonly file: string; readonly version: string }
  | { readonly kind: "detach"; readonly object: string; readonly file: string }
  | { readonly kind: "create"; readonly object: string; readonly file: string; readonly line: number }
  | { readonly kind: "replace"; readonly object: string; readonly file: string; readonly line: number }
  | { readonly kind: "drop"; readonly object: string; readonly file: string }
  | { readonly kind: "seed"; readonly file: string };

/** What an assembly would do: plain data. */
export interface AssemblyPlan {
  readonly actions: readonly AssemblyAction[];
  /** Things worth knowing that stop nothing, e.g. an object that nobody owns. */
  readonly warnings: readonly AppError[];
}

/** What an assembly did. */
export interface AssemblyReport extends AssemblyPlan {
  /** False when everything was there already. */
  readonly changed: boolean;
  readonly durationMs: number;
}
