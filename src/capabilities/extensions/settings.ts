import { checkTable, type RawSettings, type TableKeys, type ValueProblem } from "../../project/index.ts";
import { AppError } from "../../errors/index.ts";
import { parseRequirement, type Requirement } from "../../resolve/index.ts";
import { assertExtensionName } from "./name.ts";

/** Where an extension may come from. */
export const sourceNames = ["contrib", "deb", "pgxn", "server", "build"] as const;
export type SourceName = (typeof sourceNames)[number];

/** One line of [extensions] in howdah.toml. */
export interface ExtensionRequest {
  readonly name: string;
  /** "^0.8"; "*" for any. */
  readonly version: string;
  /** Pre-releases will do, too, and what PGXN has for tests alone. */
  readonly pre?: boolean | undefined;
  /** Undefined: the first of contrib, deb and pgxn that has it. */
  readonly source: SourceName | undefined;
  /** A folder from the project's on, or a git URL, with "#commit": built here. */
  readonly from: string | undefined;
  /** Where `create extension` puts what it makes; undefined: where it wants, else public. */
  readonly schema: string | undefined;
  /** False: only the files are installed. */
  readonly create: boolean;
}

/** [extensions], by name. */
export type ExtensionSettings = Readonly<Record<string, ExtensionRequest>>;

const keys = {
  version: { type: "string", default: "*", check: checkRange, describe: 'A range of versions, e.g. "^0.8".' },
  pre: { type: "boolean", default: false, describe: "Whether pre-releases, and PGXN's releases for tests, will do." },
  source: {
    type: "string",
    choices: ["contrib", "deb", "pgxn", "server"],
    describe: "Where it comes from. Default: the server's own, else Debian's packages, else PGXN.",
  },
  from: { type: "string", describe: "A folder or a git URL (with #commit) that it is built from." },
  schema: { type: "string", describe: "Schema for what it makes, where it lets itself be told." },
  create: { type: "boolean", default: true, describe: "Whether an assembly creates it in the database." },
} as const satisfies TableKeys;

/** Checks [extensions] as a whole: `vector = "^0.8"`, or a table of the keys above for each. Throws WD102, WD103, WD717. */
export function extensionSettings(raw: RawSettings): ExtensionSettings {
  const names = Object.keys(raw.value);
  for (const name of names) assertExtensionName(name, { position: raw.position([name]), source: raw.source });
  const tables = Object.fromEntries(
    names.map((name) => [name, { type: "table", short: "version", describe: `The extension ${name}.`, keys } as const]),
  );
  const checked = checkTable(raw, tables);
  return Object.fromEntries(
    names.map((name) => {
      const { version = "*", pre = false, source, from, schema, create = true } = checked[name] ?? {};
      const built = from === undefined ? source : ("build" as const);
      return [name, { name, version, ...(pre ? { pre } : {}), source: built, from, schema, create }];
    }),
  );
}

/** The versions that a request allows. */
export function requirementOf({ version, pre }: Pick<ExtensionRequest, "version" | "pre">): Requirement {
  return { ...parseRequirement(version), pre };
}

function checkRange(text: string): ValueProblem | undefined {
  try {
    parseRequirement(text);
    return undefined;
  } catch (error) {
    return { problem: error instanceof AppError ? error.message : "expected a range", hint: 'for example "^0.8"' };
  }
}
