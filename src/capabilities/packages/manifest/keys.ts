import type { StringKey } from "../../../project/index.ts";
import { readPackageVersion } from "../../../resolve/index.ts";

/** A package's name begins that of its schema, so it is an identifier (with - for _). */
export const nameKey = {
  type: "string",
  required: true,
  describe: "The package's name: letters, digits, _ and -, a letter or _ first.",
  pattern: "^[A-Za-z_][A-Za-z0-9_-]*$",
  check: (name: string) =>
    /^[A-Za-z_][\w-]*$/.test(name) && !/^(?:pg_|howdah$|_pgpm$|public$|information_schema$)/i.test(name)
      ? undefined
      : { problem: "expected letters, digits, _ and -, a letter or _ first, and no name of Postgres's or howdah's" },
} as const satisfies StringKey;

export const versionKey = {
  type: "string",
  required: true,
  describe: 'Its version: "1.9.0", or "01_09_00" as the original pgpm wrote it.',
  check: (version: string) =>
    readPackageVersion(version) === undefined
      ? { problem: 'expected three numbers, "1.9.0" or "01_09_00"', hint: "a pre-release is 2.0.0-rc.1" }
      : undefined,
} as const satisfies StringKey;
