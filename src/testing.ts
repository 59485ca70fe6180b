/**
 * What those who write a capability test it with: `import { capabilityConformance } from "howdah/testing"`.
 *
 * @example
 * capabilityConformance(counter, { database, serve });
 *
 * @module
 */
export { capabilityConformance } from "./capability/conformance.ts";
export type { ConformanceOptions } from "./capability/conformance.ts";
export type { ConformanceDatabase, ConformanceSubject, ServedCapability } from "./capability/conformance-rules.ts";
