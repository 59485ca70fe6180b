import { nothingBeyond, type BeyondSettings, type RestSettings } from "../../src/capabilities/rest/settings.ts";

/** What requests ask for by themselves, and nothing that changes what all of them are answered. */
export const queriesBeyond: BeyondSettings = {
  ...nothingBeyond,
  keyset: true,
  distinct: true,
  orderByOperator: true,
  bulkUpdate: true,
  ndjson: true,
};

/** What pure tests of the stages start from. */
export const settingsForTests: RestSettings = {
  schemas: ["public"],
  extraSearchPath: [],
  anonRole: "anon",
  maxRows: null,
  transactionEnd: "commit-allow-override",
  preRequest: null,
  rootSpec: null,
  aggregatesEnabled: false,
  planEnabled: false,
  timezoneEnabled: true,
  hoistedSettings: [],
  appSettings: [],
  openApi: { mode: "follow-privileges", securityActive: false, serverProxyUri: null, isPublished: false },
  jwt: { secret: null, secretIsBase64: false, audience: null, roleClaimKey: ".role", cacheMaxEntries: 0 },
  corsAllowedOrigins: null,
  serverTimingEnabled: false,
  traceHeader: null,
  clientErrorVerbosity: "verbose",
  beyond: queriesBeyond,
  legacyTargetNames: true,
};
