import type { Capability } from "../../capability/index.ts";
import { assemblePackages, fetchForAssembly, foreseePackages } from "./assemble.ts";
import { ledger } from "./capability.ts";

/** SQL packages: their ledger and SQL API in the schema _pgpm, and what lies in packages/ of a project. */
export const packages: Capability = {
  ...ledger,
  before: fetchForAssembly,
  assemble: assemblePackages,
  foresee: foreseePackages,
};

export { hasPackages } from "./assemble.ts";
export { actionLine as packageActionLine } from "./deploy/action-line.ts";
export { deployPackages, planPackages } from "./deploy/deploy.ts";
export { modes } from "./deploy/deployment.ts";
export type { DeployInput, DeployReport, Mode, PackageAction, PackagePlan } from "./deploy/deployment.ts";
export { fetchLocked } from "./fetch/fetch-locked.ts";
export type { LockedFetchOptions } from "./fetch/fetch-locked.ts";
export type { FetchedPackages } from "./fetch/fetch-packages.ts";
export { packPackage, publishPackage } from "./fetch/publish-package.ts";
export { readPackage } from "./folder/package-folder.ts";
export type { ManifestOverrides, Package } from "./folder/package-folder.ts";
export { executeQuery } from "./operations/execute.ts";
export { installLedger } from "./operations/install.ts";
export { listPackages } from "./operations/list.ts";
export type { ListedPackage } from "./operations/list.ts";
export { removePackage } from "./operations/remove.ts";
export { uninstallLedger } from "./operations/uninstall.ts";
export { commitOf } from "./operations/vcs.ts";
export { parseConnectionString } from "./targets/connection-string.ts";
export { overTargets } from "./targets/over-targets.ts";
export type { TargetOutcome } from "./targets/over-targets.ts";
export { readPgpmConfig } from "./targets/pgpm-config.ts";
export type { PgpmConfig } from "./targets/pgpm-config.ts";
export { selectTargets } from "./targets/target-set.ts";
export { packageFolders, packagesByPath } from "./folder/local-packages.ts";
export { commentOnIssue } from "./notices/issue.ts";
export { sendMail } from "./notices/mail.ts";
export type { NoticeFacts } from "./notices/notice.ts";
