/**
 * howdah as a library: provision a cluster, assemble a project, serve it in one's own process, open a test database.
 *
 * @example
 * const project = await openProject(await findProject("."));
 * await using database = await openDatabase(project);
 * await assembleProject(project, database, { mode: "production" });
 * await using application = await serveProject(project, database, { mode: "production", port: 8080 });
 *
 * @module
 */
export {
  assembleProject,
  openDatabase,
  openProject,
  openTestDatabase,
  planProject,
  projectFindings,
  projectStatus,
  projectTypes,
  serveProject,
  testProject,
} from "./application/index.ts";
export type {
  Application,
  AssembleOptions,
  AssemblyAction,
  AssemblyPlan,
  AssemblyReport,
  LoadedCapability,
  OpenDatabaseOptions,
  OpenProjectOptions,
  Project,
  ProjectDatabase,
  ProjectStatus,
  ProjectTypesOptions,
  ServeOptions,
  TestEvent,
  TestFailure,
  TestOptions,
  TestResult,
  TestSummary,
} from "./application/index.ts";
export type {
  App,
  AppEvent,
  AssemblyApp,
  Capability,
  CapabilityCommand,
  ClusterNeeds,
  CommandModule,
  Finding,
  Log,
} from "./capability/index.ts";
export { AppError, AppErrors, codes, renderError } from "./errors/index.ts";
export type { AppErrorDetails, CodeEntry, ErrorCode, Position, PostgresFields, RenderOptions } from "./errors/index.ts";
export { connect, createRequestPool, listen, parseUrl, sql } from "./postgres/index.ts";
export type {
  Connection,
  RawResult,
  RequestContext,
  RequestPool,
  RequestQuery,
  Sql,
  Target,
  Transaction,
} from "./postgres/index.ts";
export { checkTable, describeConfig, editConfig, findProject, folderTree, memoryTree } from "./project/index.ts";
export type { Config, RawSettings, TableKeys, Tree, TreeChange, TreeEntry } from "./project/index.ts";
export { deb, debProvider, embedded, startCluster, system } from "./provision/index.ts";
export type {
  Cluster,
  ClusterOptions,
  DownloadProgress,
  Installation,
  Provider,
  ProviderContext,
  ResolvedPostgres,
} from "./provision/index.ts";
export { cacheRoot } from "./resolve/index.ts";
export type { DatabaseRoles } from "./schema/index.ts";
export { createLog } from "./server/index.ts";
