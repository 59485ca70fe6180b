import type { CodeEntry } from "./code-entry.ts";
import { applicationCodes } from "./codes-application.ts";
import { capabilityCodes } from "./codes-capability.ts";
import { changeCodes } from "./codes-change.ts";
import { commandCodes } from "./codes-command.ts";
import { extensionCodes } from "./codes-extensions.ts";
import { identityCodes } from "./codes-identity.ts";
import { languageCodes } from "./codes-language.ts";
import { packageCodes } from "./codes-packages.ts";
import { postgresCodes } from "./codes-postgres.ts";
import { projectCodes } from "./codes-project.ts";
import { provisionCodes } from "./codes-provision.ts";
import { resolveCodes } from "./codes-resolve.ts";
import { restCodes } from "./codes-rest.ts";
import { schemaCodes } from "./codes-schema.ts";
import { serverCodes } from "./codes-server.ts";
import { testingCodes } from "./codes-testing.ts";

/**
 * Every error code of howdah, by floor. A number is never reused; a retired one stays as a comment.
 *
 * WD00x to WD03x commands, WD04x to WD09x the running application, WD1xx project, WD2xx postgres, WD3xx provision and resolve, WD4xx schema and assembly,
 * WD5xx server and pages, WD6xx capabilities, identity from WD620 on, REST's own from WD670 on, WD7xx extensions.
 */
export const codes = {
  ...commandCodes,
  ...applicationCodes,
  ...projectCodes,
  ...postgresCodes,
  ...provisionCodes,
  ...resolveCodes,
  ...schemaCodes,
  ...changeCodes,
  ...languageCodes,
  ...testingCodes,
  ...serverCodes,
  ...capabilityCodes,
  ...identityCodes,
  ...packageCodes,
  ...restCodes,
  ...extensionCodes,
} as const satisfies Readonly<Record<string, CodeEntry>>;

/** One of the codes that `howdah explain` knows. */
export type ErrorCode = keyof typeof codes;
