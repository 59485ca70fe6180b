import type { TargetOptions } from "./target.ts";

/** Options of deploy and plan. */
export interface DeployOptions extends TargetOptions {
  readonly mode?: string;
  readonly file?: readonly string[];
  readonly owner?: string;
  readonly usage?: readonly string[];
  readonly from?: readonly string[];
  readonly locked?: boolean;
  readonly vcsRef?: string;
  readonly vcsLink?: string;
  readonly issueRef?: string;
  readonly issueLink?: string;
  readonly allowSplit?: boolean;
  readonly cascadeExternal?: boolean;
  readonly dropData?: boolean;
  readonly prune?: boolean;
  readonly autoCommit?: boolean;
  readonly plan?: boolean;
  readonly sendEmail?: boolean;
  readonly lockTimeout?: string;
}
