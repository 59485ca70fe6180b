import { checkTable, type RawSettings, type TableKeys } from "../../../project/index.ts";
import { nameKey, versionKey } from "./keys.ts";

const strings = (describe: string) => ({ type: "strings", describe }) as const;

/** config.json of the original pgpm. What old samples have besides (`class`, `users`) is read and ignored. */
const keys = {
  name: nameKey,
  version: versionKey,
  subclass: {
    type: "string",
    required: true,
    choices: ["versioned", "basic"],
    describe: "versioned: a schema for each version; basic: one schema.",
  },
  scope: { type: "string", describe: "SCHEMA or DATABASE.", choices: ["SCHEMA", "DATABASE", "schema", "database"] },
  class: { type: "string", describe: "Ignored." },
  users: strings("Ignored."),
  description: { type: "string", describe: "What the package is for." },
  license: { type: "string", describe: "Its licence." },
  owner_role: { type: "string", describe: "The role that owns its objects." },
  usage_roles: strings("Roles that may use it."),
  dependencies: { type: "map", describe: "Ranges of versions by the names of packages." },
  types_path: strings("Folders of types."),
  tables_path: strings("Folders of table scripts."),
  functions_path: strings("Folders of functions."),
  views_path: strings("Folders of views."),
  triggers_path: strings("Folders of triggers."),
} as const satisfies TableKeys;

/** A checked config.json in the words of howdah.toml. */
export function checkConfigJson(raw: RawSettings) {
  const table = checkTable(lenient(raw), keys);
  return {
    name: table.name,
    version: table.version,
    kind: table.subclass,
    scope: table.scope?.toLowerCase() === "database" ? ("database" as const) : ("schema" as const),
    description: table.description,
    license: table.license,
    owner: table.owner_role,
    usage: table.usage_roles ?? [],
    dependencies: new Map(
      Object.entries(table.dependencies).map(([name, range]) => [name, { range, origin: undefined }]),
    ),
    paths: {
      type: table.types_path ?? [],
      table: table.tables_path ?? [],
      function: table.functions_path ?? [],
      view: table.views_path ?? [],
      trigger: table.triggers_path ?? [],
    },
  };
}

/** In the original each list may be a single string: the same file in the form that is checked. */
function lenient(raw: RawSettings): RawSettings {
  const lists = Object.entries(keys).filter(([, key]) => key.type === "strings");
  const value = { ...raw.value };
  for (const [name] of lists) if (typeof value[name] === "string") value[name] = [value[name]];
  return {
    value,
    source: raw.source,
    name: "",
    position: (path) => raw.position(path),
    valuePosition: (path) => raw.valuePosition?.(path) ?? raw.position(path),
  };
}
