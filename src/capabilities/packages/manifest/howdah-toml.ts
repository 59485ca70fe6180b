import { checkTable, type RawSettings, type TableKeys } from "../../../project/index.ts";
import { AppError } from "../../../errors/index.ts";
import { nameKey, versionKey } from "./keys.ts";

const folders = (phase: string, name: string) =>
  ({ type: "strings", default: [name], describe: `Folders of ${phase}, read with all below them.` }) as const;

const keys = {
  package: {
    type: "table",
    describe: "Makes the folder a SQL package.",
    keys: {
      name: nameKey,
      version: versionKey,
      kind: {
        type: "string",
        default: "versioned",
        choices: ["versioned", "basic"],
        describe: "versioned: a schema for each version, side by side; basic: one schema of the package's name.",
      },
      scope: {
        type: "string",
        default: "schema",
        choices: ["schema", "database"],
        describe: "database: scripts say themselves which schema their objects go to.",
      },
      description: { type: "string", describe: "What the package is for." },
      license: { type: "string", describe: "Its licence." },
      owner: { type: "string", describe: "The role that owns its objects; default: who deploys." },
      usage: { type: "strings", default: [], describe: "Roles that may use it." },
    },
  },
  paths: {
    type: "table",
    describe: "Where its scripts are.",
    keys: {
      types: folders("types", "types"),
      tables: folders("table scripts, each run once", "tables"),
      functions: folders("functions", "functions"),
      views: folders("views", "views"),
      triggers: folders("triggers", "triggers"),
    },
  },
} as const satisfies TableKeys;

/** Tables that a project's howdah.toml may hold beside [package]. */
const foreign: ReadonlySet<string> = new Set(["postgres", "extensions", "dependencies"]);

/** The tables of a package in a howdah.toml. */
export function checkHowdahToml(raw: RawSettings) {
  const own = Object.entries(raw.value).filter(([name]) => !foreign.has(name));
  const table = checkTable({ ...located(raw), value: Object.fromEntries(own) }, keys);
  const { types, tables, functions, views, triggers } = table.paths;
  return {
    ...table.package,
    dependencies: readDependencies(raw),
    paths: { type: types, table: tables, function: functions, view: views, trigger: triggers },
  };
}

interface Written {
  readonly range: string;
  readonly path: string | undefined;
}

/** name = "^1.4", or name = { version = "^1.4", path = "../name" }. */
function readDependencies(raw: RawSettings): ReadonlyMap<string, Written> {
  const table = raw.value["dependencies"] ?? {};
  if (!isTable(table)) throw wrong(raw, [], "expected a table of names and ranges");
  return new Map(Object.entries(table).map(([name, value]) => [name, readDependency(raw, name, value)]));
}

function readDependency(raw: RawSettings, name: string, value: unknown): Written {
  if (typeof value === "string") return { range: value, path: undefined };
  if (!isTable(value)) throw wrong(raw, [name], 'expected a range of versions, or a table with "version" and "path"');
  const { version = "*", path, ...rest } = value;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) throw wrong(raw, [name, unknown], "expected version or path");
  if (typeof version !== "string") throw wrong(raw, [name, "version"], "expected a range of versions");
  if (path !== undefined && typeof path !== "string") throw wrong(raw, [name, "path"], "expected a folder");
  return { range: version, path };
}

function wrong(raw: RawSettings, path: readonly string[], problem: string): AppError {
  const whole = ["dependencies", ...path];
  return new AppError("WD103", `"${whole.join(".")}": ${problem}`, {
    position: raw.valuePosition?.(whole) ?? raw.position(whole),
    source: raw.source,
  });
}

function located(raw: RawSettings): RawSettings {
  return {
    value: raw.value,
    source: raw.source,
    name: "",
    position: (path) => raw.position(path),
    valuePosition: (path) => raw.valuePosition?.(path) ?? raw.position(path),
  };
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
