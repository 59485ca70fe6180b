import type { Project, ProjectDatabase } from "../application.ts";
import type { Dropper } from "./clone-supply.ts";
import type { Coverage } from "./coverage.ts";
import type { TestRun } from "./run-lock.ts";
import type { Tally } from "./tally.ts";
import type { Template } from "./template.ts";

/** What everything that runs a test needs to know of the run. */
export interface TestBench {
  readonly run: TestRun;
  readonly project: Project;
  readonly database: ProjectDatabase;
  readonly template: Template;
  readonly tally: Tally;
  readonly dropper: Dropper;
  readonly timeoutMs: number;
  /** Of the processes of TypeScript tests. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborts with the caller's, or with the first failure where that ends the run. */
  readonly signal: AbortSignal;
  readonly coverage: Coverage | undefined;
}
