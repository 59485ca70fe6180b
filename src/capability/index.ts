export { prefersHtml } from "./accept.ts";
export type {
  App,
  AppEvent,
  AssemblyApp,
  Capability,
  CapabilityCommand,
  ClusterNeeds,
  CommandModule,
  Finding,
  Foreseen,
  Log,
} from "./capability.ts";
export { chooseEncoding, encode, isCompressible } from "./encoding.ts";
export type { Coding } from "./encoding.ts";
export type { ErrorPage, ErrorPageFacts, WebSocketHandler } from "./http.ts";
export { pathSegments, splitTarget } from "./request-path.ts";
export { installCapability } from "./install-capability.ts";
export type { InstallReport } from "./install-capability.ts";
export { loadCapabilities } from "./load-capabilities.ts";
export type { LoadedCapability } from "./load-capabilities.ts";
export { capabilityFingerprint } from "./migration-line.ts";
export { planCapability } from "./plan-capability.ts";
export { uninstallCapability } from "./uninstall-capability.ts";
