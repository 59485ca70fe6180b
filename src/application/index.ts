export { refuseSecondServer } from "./address.ts";
export type { ServedAddress } from "./address.ts";
export type {
  Application,
  AssembleOptions,
  LoadedCapability,
  OpenDatabaseOptions,
  Project,
  ProjectDatabase,
  ServeOptions,
} from "./application.ts";
export { assembleProject, planProject, planWholeProject, type ProjectPlan } from "./assemble-project.ts";
export { planFileOf, readPlanFile } from "./plan-file.ts";
export { diffDatabases } from "./diff-databases.ts";
export { adoptSchema } from "./adopt-schema.ts";
export { listTrash, putBack } from "./trash.ts";
export type { Trash } from "../schema/index.ts";
export { pullSchema } from "./pull-schema.ts";
export { clusterContents, databaseContents, dropProjectCluster, dropProjectDatabase } from "./drop-database.ts";
export type { DatabaseContents } from "./drop-database.ts";
export { projectFindings } from "./findings.ts";
export { silentLog } from "./log.ts";
export { homeOf } from "./home.ts";
export { openDatabase } from "./open-database.ts";
export { openProject } from "./open-project.ts";
export type { OpenProjectOptions } from "./open-project.ts";
export { serveProject } from "./serve-project.ts";
export { prepareServers, recordServers } from "./serve-processes.ts";
export { describeRestConfig, exampleRestConfig, restAdminUrl, serveRest } from "./serve-rest.ts";
export type { ServedRest, ServeRestOptions } from "./serve-rest.ts";
export { projectStatus } from "./status.ts";
export type { ProjectStatus } from "./status.ts";
export { openTestDatabase } from "./test-database.ts";
export type {
  FileResult,
  RoutineCoverage,
  TemplateFacts,
  TestEvent,
  TestFailure,
  TestOptions,
  TestResult,
  TestSummary,
} from "./testing/event.ts";
export { testProject } from "./testing/test-project.ts";
export { watchTests } from "./testing/watch-tests.ts";
export type { WatchTestsOptions } from "./testing/watch-tests.ts";
export { projectTypes } from "./types/project-types.ts";
export type { ProjectTypesOptions } from "./types/project-types.ts";
export type { AssemblyAction, AssemblyPlan, AssemblyReport } from "../schema/index.ts";
export type { Finding, Log } from "../capability/index.ts";
export * from "./extensions/index.ts";
