export {
  chooseTargets,
  exampleConfig,
  loadConfig,
  loadConfigFrom,
  parseConnectionString,
  type StandaloneConfig,
} from "./config/index.ts";
export { serveStandalone } from "./serve.ts";
export type { StandaloneServer } from "./serve.ts";
