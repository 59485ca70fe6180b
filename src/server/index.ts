export { createLog } from "./log.ts";
export type { LogOptions } from "./log.ts";
export type { ListenOptions, MountedCapability, Server, ServerOptions, Timeouts } from "./options.ts";
export { createServer } from "./server.ts";
