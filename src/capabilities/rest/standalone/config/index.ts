export { chooseTargets } from "./choose-targets.ts";
export type { ChosenTargets } from "./choose-targets.ts";
export { parseConnectionString } from "./connection-string.ts";
export type { ConnectionString } from "./connection-string.ts";
export { exampleConfig } from "./example-config.ts";
export { loadConfig, loadConfigFrom } from "./load-config.ts";
export type { ConfigPlaces, LoadedConfig } from "./load-config.ts";
export type { LogLevel, ServerAddress, StandaloneConfig } from "./standalone-config.ts";
