import { test, type TestContext } from "node:test";
import type { Capability } from "./capability.ts";
import { capabilityRules, type ConformanceDatabase, type ConformanceSubject } from "./conformance-rules.ts";

/** What the suite needs besides the capability; all of it is fresh for each test and cleaned up through `t`. */
export interface ConformanceOptions {
  /** An empty database. */
  database(t: TestContext): Promise<ConformanceDatabase>;
  /** Needed where the capability has routes: the server is above this floor. */
  readonly serve?: ConformanceSubject["serve"];
  /** Needed where the capability has a background service. */
  readonly app?: ConformanceSubject["app"];
}

/**
 * Registers one test for each rule of the contract: every capability runs this suite in a test file of its own.
 *
 *     capabilityConformance(pages, { database: conformanceDatabase, serve, app });
 */
export function capabilityConformance(capability: Capability, options: ConformanceOptions): void {
  for (const rule of capabilityRules) {
    test(`${capability.name}: ${rule.name}`, async (t) => {
      await rule.check({ ...options, capability, database: () => options.database(t) });
    });
  }
}
