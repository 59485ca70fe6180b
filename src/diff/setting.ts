import { quoteLiteral } from "../postgres/index.ts";
import { ident } from "./name.ts";

/** `work_mem to '64MB'`, as ALTER … SET writes one setting that pg_db_role_setting holds. */
export function settingClause(name: string, value: string): string {
  const items = lists.has(name.toLowerCase()) ? splitList(value) : [value];
  return `${settingName(name)} to ${items.map((item) => quoteLiteral(item).trimStart()).join(", ")}`;
}

/** `app.user_id`: each part of it is a name. */
export function settingName(name: string): string {
  return name.split(".").map(ident).join(".");
}

/** GUC_LIST_QUOTE: stored as a list of names in quotes, so that one constant would be one name. Source: pg_dump. */
const lists = new Set([
  "local_preload_libraries",
  "search_path",
  "session_preload_libraries",
  "shared_preload_libraries",
  "temp_tablespaces",
  "unix_socket_directories",
]);

/** `"$user", public` → $user and public. */
function splitList(value: string): readonly string[] {
  const items = [...value.matchAll(/"((?:[^"]|"")*)"|[^,\s"]+/g)];
  if (items.length === 0) return [""];
  return items.map((item) => item[1]?.replaceAll('""', '"') ?? item[0]);
}
