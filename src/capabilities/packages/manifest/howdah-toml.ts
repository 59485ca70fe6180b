import { checkTable, type RawSettings, type TableKeys } from "../../../project/index.ts";
import { AppError } from "../../../errors/index.ts";
import { isGitUrl } from "../../../resolve/index.ts";
import { nameKey, versionKey } from "./keys.ts";
import type { Origin } from "./manifest.ts";

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
  readonly origin: Origin | undefined;
}

/** name = "^1.4", or name = { version = "^1.4", npm = "@acme/name" }; path and git name other origins. */
function readDependencies(raw: RawSettings): ReadonlyMap<string, Written> {
  const table = raw.value["dependencies"] ?? {};
  if (!isTable(table)) throw wrong(raw, [], "expected a table of names and ranges");
  return new Map(Object.entries(table).map(([name, value]) => [name, readDependency(raw, name, value)]));
}

function readDependency(raw: RawSettings, name: string, value: unknown): Written {
  if (typeof value === "string") return { range: value, origin: undefined };
  if (!isTable(value)) throw wrong(raw, [name], "expected a range of versions, or a table with its origin");
  const text = (key: string, what: string): string | undefined => {
    const given = value[key];
    if (given === undefined || (typeof given === "string" && given !== "")) return given;
    throw wrong(raw, [name, key], `expected ${what}`);
  };
  const unknown = Object.keys(value).find((key) => !dependencyKeys.includes(key));
  if (unknown !== undefined) throw wrong(raw, [name, unknown], `expected one of ${dependencyKeys.join(", ")}`);
  const range = text("version", "a range of versions") ?? "*";
  const [path, npm, url] = [text("path", "a folder"), text("npm", "a name on npm"), text("git", "a git URL")];
  const [rev, folder] = [text("rev", "a branch, a tag or a commit"), text("folder", "a folder of the repository")];
  const origins: readonly (Origin | undefined)[] = [
    path === undefined ? undefined : { kind: "path", path },
    npm === undefined ? undefined : { kind: "npm", name: npm },
    url === undefined ? undefined : { kind: "git", url, rev, folder: folder ?? "" },
  ];
  const [origin, second] = origins.filter((each) => each !== undefined);
  if (second !== undefined) throw wrong(raw, [name, second.kind], "path, npm and git exclude each other");
  if (url === undefined && (rev ?? folder) !== undefined) throw wrong(raw, [name], "rev and folder go with git");
  return { range, origin: origin === undefined ? undefined : checked(raw, name, origin) };
}

const dependencyKeys = ["version", "path", "npm", "git", "rev", "folder"];

/** What would become a part of an address, or a word of a command line, is looked at first. */
function checked(raw: RawSettings, name: string, origin: Origin): Origin {
  if (origin.kind === "npm" && !/^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/.test(origin.name)) {
    throw wrong(raw, [name, "npm"], 'expected a name like "lib-low" or "@acme/lib-low"');
  }
  if (origin.kind !== "git") return origin;
  if (!isGitUrl(origin.url))
    throw wrong(raw, [name, "git"], "expected a URL (https, ssh, git, file) or user@host:path");
  if (origin.rev?.startsWith("-") === true) throw wrong(raw, [name, "rev"], "expected a branch, a tag or a commit");
  const isInside = !origin.folder.startsWith("/") && !origin.folder.split(/[/\\]/).includes("..");
  if (!isInside) throw wrong(raw, [name, "folder"], "expected a folder of the repository");
  return origin;
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
