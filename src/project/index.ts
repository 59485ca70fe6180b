export { checkTable } from "./check-table.ts";
export type {
  Config,
  LanguageConfig,
  PostgresConfig,
  RawSettings,
  RoleNames,
  ServerConfig,
  WorkerConfig,
} from "./config.ts";
export { configKeys, servedMajors } from "./config-keys.ts";
export { configSchema } from "./config-schema.ts";
export { describeConfig } from "./describe-config.ts";
export { editConfig } from "./edit-config.ts";
export type { ConfigChange } from "./edit-config.ts";
export { findProject, projectEnvironment } from "./find-project.ts";
export { folderTree } from "./folder-tree.ts";
export { emptySettings } from "./located-table.ts";
export { formatLock, parseLock, readLock, writeLock } from "./lock.ts";
export { lockFile } from "./locked.ts";
export type { Lock, LockedArtifact, LockedItem, LockedPackage, LockedPostgres } from "./locked.ts";
export { memoryTree } from "./memory-tree.ts";
export type { MemoryTree } from "./memory-tree.ts";
export { checkProjectName, suggestProjectName } from "./project-name.ts";
export { configFile, readConfig, readProjectConfig, unknownTables } from "./read-config.ts";
export type { ReadConfigOptions } from "./read-config.ts";
export { readSettings } from "./read-settings.ts";
export type { Environment } from "./reference.ts";
export type { Checked, StringKey, TableKeys, TableKeySpec, ValueProblem } from "./table-keys.ts";
export type { TomlData } from "./toml-value.ts";
export type { Tree, TreeChange, TreeEntry } from "./tree.ts";
