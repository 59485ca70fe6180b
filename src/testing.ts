/**
 * What tests are written with: `testDatabase` for those of a project, `capabilityConformance` for those of a capability.
 *
 * @example
 * const db = await testDatabase(t);
 * assert.equal((await db.app.get("/")).status, 200);
 *
 * @example
 * capabilityConformance(counter, { database, serve });
 *
 * @module
 */
export { capabilityConformance } from "./capability/conformance.ts";
export type { ConformanceOptions } from "./capability/conformance.ts";
export type { ConformanceDatabase, ConformanceSubject, ServedCapability } from "./capability/conformance-rules.ts";
export { testDatabase } from "./application/testing/test-database.ts";
export type { TestDatabase, TestScope } from "./application/testing/test-database.ts";
export type { Acting } from "./application/testing/acting.ts";
export type { AppFace, AppRequest, AppResponse } from "./application/testing/app-face.ts";
export { sql } from "./postgres/index.ts";
export type { Sql } from "./postgres/index.ts";
