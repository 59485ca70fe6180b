import type { AppError } from "../errors/index.ts";
import type { Connection, Transaction } from "../postgres/index.ts";
import type { Trial, TriedSchema } from "./change/clone.ts";
import type { ExpectedPlan, PlanStamp } from "./change/expected-plan.ts";
import type { Drift } from "./change/drift.ts";
import type { Forecast } from "./change/forecast.ts";
import type { TextStore } from "./change/live-model.ts";
import type { Question } from "./change/question.ts";
import type { Watch } from "./change/watch.ts";
import type { Desired } from "./desired/desired.ts";
import type { Model } from "../diff/index.ts";
import type { Tree } from "../project/index.ts";
import type { DatabaseRoles } from "./roles.ts";
import type { Translate } from "./translated-source.ts";

/** What an assembly starts from; everything it does is planned first and applied in one transaction. */
export interface AssemblyInput {
  readonly tree: Tree;
  readonly roles: DatabaseRoles;
  readonly mode: "development" | "production";
  /** The project's name, which the database is marked with; undefined: it is of no project. */
  readonly project?: string | undefined;
  /** Takes a database over that another project has assembled (one of another name); without it that is WD433. */
  readonly takeOver?: boolean | undefined;
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
  /**
   * Finds out what the files mean, where schema/ holds any: all of them loaded into a database that is thrown away.
   * Asked for at most once, before the lock is taken.
   */
  readonly desired?: (() => Promise<Desired>) | undefined;
  /** Schemas that are left out of what is compared, where that is known: the database is read while `desired` works. */
  readonly leaveOut?: readonly string[] | undefined;
  /** Keeps what was read of large databases from one process to the next. */
  readonly liveModels?: TextStore | undefined;
  /** Keeps what came out where a plan was tried. */
  readonly trials?: TextStore | undefined;
  /** A database with this schema and no rows, where pending migrations are tried out by a plan. */
  readonly clone?: ((live: Model) => Promise<Connection>) | undefined;
  /** Rows from which on a table is changed online; default 10,000, 0: every one. */
  readonly onlineAbove?: number | undefined;
  /** Whether what the owner may not do is done as the role that has connected; default: true. False: WD470. */
  readonly asAdmin?: boolean | undefined;
  /** How long the rows of what is dropped are kept, as an interval: "30 days"; undefined: not at all. */
  readonly trash?: string | undefined;
  /** Tells whom the assembly waits for. */
  readonly watch?: Watch | undefined;
  /** A reviewed plan: nothing else is done; WD464 where it does not fit any more. */
  readonly expected?: ExpectedPlan | undefined;
  /** Looks at the database even where the newest release was made of the same files. */
  readonly compare?: boolean | undefined;
  /** For a plan: what takes the database back from what the files say. */
  readonly reverse?: boolean | undefined;
  /** A database with this schema, or a part of it, and no rows, where a plan is tried out; without it there is no forecast. */
  readonly trial?: ((schema: TriedSchema) => Promise<Trial>) | undefined;
  /** Reads files of functions/ in other languages than SQL; without it they are refused (WD421). */
  readonly translate?: Translate | undefined;
  /** The deadline of lock waits, milliseconds; default 10,000. */
  readonly lockTimeoutMs?: number | undefined;
}

/** One step of an assembly, in order: plain data, printed by `howdah migrate --plan`. */
export type AssemblyAction =
  | { readonly kind: "migrate"; readonly file: string; readonly version: string; readonly outOfOrder: boolean }
  | { readonly kind: "redo"; readonly file: string; readonly version: string }
  | { readonly kind: "detach"; readonly object: string; readonly file: string }
  | {
      readonly kind: "create";
      readonly object: string;
      readonly file: string;
      readonly line: number;
      /** Of a function in another language than SQL, where it runs: "worker", "pljs", "plpython3u". */
      readonly runs?: string;
    }
  | {
      readonly kind: "replace";
      readonly object: string;
      readonly file: string;
      readonly line: number;
      /** Of a function in another language than SQL, where it runs: "worker", "pljs", "plpython3u". */
      readonly runs?: string;
    }
  | { readonly kind: "drop"; readonly object: string; readonly file: string }
  /** One change of a declared object; `statements` as they run. */
  | {
      readonly kind: "change";
      readonly verb: "create" | "alter" | "drop" | "rename";
      readonly aspect: string;
      readonly object: string;
      readonly statements: readonly string[];
      readonly file: string;
      readonly line: number | undefined;
      /** Of a function in another language than SQL, where it runs: "worker", "pljs", "plpython3u". */
      readonly runs?: string;
      /** Outside of the transaction, so that nobody is locked out for long; absent for what is done in it. */
      readonly stage?: "ahead" | "behind" | undefined;
      /** Why it is done in one go although its table is large: "it is an identity column". */
      readonly note?: string | undefined;
      /** For how long the rows or values that go are kept, an interval; see `[schema] trash`. */
      readonly kept?: string | undefined;
      /** Of a plan that was tried out. */
      readonly forecast?: Forecast | undefined;
    }
  | { readonly kind: "seed"; readonly file: string };

/** What an assembly would do: plain data. */
export interface AssemblyPlan {
  readonly actions: readonly AssemblyAction[];
  /** What has to be answered in the files before it can be done; absent where nothing is asked. */
  readonly questions?: readonly Question[] | undefined;
  /** Rows that are in the way (WD463): `migrate` would refuse it; absent where none are. */
  readonly obstacles?: readonly AppError[] | undefined;
  /** What stands in the database and in no file; absent where there is nothing, or where it was not looked for. */
  readonly drift?: readonly Drift[] | undefined;
  /** Of a way back: what would be lost on it. */
  readonly losses?: readonly string[] | undefined;
  /** What it was made for: a plan that is kept holds only as long as neither changes. */
  readonly stamp?: PlanStamp | undefined;
  /** Things worth knowing that stop nothing, e.g. an object that nobody owns. */
  readonly warnings: readonly AppError[];
}

/** What an assembly did. */
export interface AssemblyReport extends AssemblyPlan {
  /** False when everything was there already. */
  readonly changed: boolean;
  readonly durationMs: number;
}
