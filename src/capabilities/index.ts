import type { Capability } from "../capability/index.ts";
import { extensions } from "./extensions/index.ts";
import { health } from "./health/index.ts";
import { pages } from "./pages/index.ts";
import { rest } from "./rest/index.ts";

export { loadStandaloneRest } from "./rest/index.ts";

/** Our capabilities, in the order in which they are mounted. */
export const builtIn: readonly Capability[] = [extensions, health, rest, pages] as readonly Capability[];

export {
  commentOnIssue,
  commitOf,
  deployPackages,
  executeQuery,
  fetchLocked,
  hasPackages,
  installLedger,
  listPackages,
  modes,
  overTargets,
  packageFolders,
  packageActionLine,
  packages,
  packagesByPath,
  packPackage,
  parseConnectionString,
  planPackages,
  publishPackage,
  readPackage,
  readPgpmConfig,
  removePackage,
  selectTargets,
  sendMail,
  uninstallLedger,
} from "./packages/index.ts";
export type {
  DeployInput,
  DeployReport,
  FetchedPackages,
  ListedPackage,
  LockedFetchOptions,
  ManifestOverrides,
  Mode,
  NoticeFacts,
  Package,
  PackageAction,
  PackagePlan,
  PgpmConfig,
  TargetOutcome,
} from "./packages/index.ts";
export {
  applyExtensions,
  dependentsOf,
  entryOf,
  extensionFolders,
  extensionName,
  extensionPlatform,
  extensions,
  isBuiltFrom,
  isForOneDatabase,
  makeGeneration,
  placeFor,
  planExtensions,
  preflightExtensions,
  rangeFor,
  readExtensions,
  readExtensionVersion,
  readServer,
  registry,
  resolveExtensions,
  requirementOf,
  sourceOfRequest,
  throwFirst as throwExtensionProblems,
  sources,
  statementOf,
  wantedExtensions,
} from "./extensions/index.ts";
export type {
  ExtensionAction,
  ExtensionPlan,
  ExtensionRequest,
  ExtensionSettings,
  Generation,
  Place,
  Resolution,
  SourceName,
  WantedExtension,
} from "./extensions/index.ts";
