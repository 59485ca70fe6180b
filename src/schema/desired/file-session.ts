import type { Node } from "libpg-query";
import type { Statement } from "../statement.ts";
import { codeOf } from "../statement.ts";
import { defaultSchema } from "../syntax.ts";

/** What a file has set so far: it counts for the statements behind it in the same file. */
export interface FileSession {
  /** SET statements, to be run in this order on the assembly's own settings. */
  readonly settings: readonly FileSetting[];
  /** Where names without a schema are looked up; the first is where they are made. */
  readonly schemas: readonly string[];
}

/** One SET statement as it is run. */
export interface FileSetting {
  readonly statement: Statement;
  readonly text: string;
}

/** What each file begins with. */
export const freshSession: FileSession = { settings: [], schemas: [defaultSchema] };

/** The session behind a statement that sets something; undefined where it sets nothing. */
export function sessionAfter(session: FileSession, statement: Statement): FileSession | undefined {
  const setting = settingOf(statement);
  if (setting === undefined) return undefined;
  const settings = [...session.settings, { statement, text: setting.text }];
  return { settings, schemas: setting.name === "search_path" ? setting.values : session.schemas };
}

interface Setting {
  readonly name: string;
  readonly values: readonly string[];
  readonly text: string;
}

function settingOf(statement: Statement): Setting | undefined {
  const { node } = statement;
  if ("VariableSetStmt" in node) {
    const { name = "", kind, args = [] } = node.VariableSetStmt;
    const values = args.flatMap(valueOf);
    const isReset = kind !== "VAR_SET_VALUE";
    const own = isReset && name === "search_path" ? [defaultSchema] : values;
    return { name, values: own, text: isReset && name === "search_path" ? "set search_path = public" : statement.text };
  }
  return "SelectStmt" in node ? setConfig(statement) : undefined;
}

function valueOf(arg: Node): readonly string[] {
  const value = "A_Const" in arg ? (arg.A_Const as { sval?: { sval?: string } }).sval?.sval : undefined;
  return value === undefined || value === "" ? [] : [value];
}

/** `select pg_catalog.set_config('search_path', '', false)`, as pg_dump writes it. */
function setConfig(statement: Statement): Setting | undefined {
  const texts = codeOf(statement).map(({ start, end }) => statement.text.slice(start, end));
  const words = texts.map((text) => text.toLowerCase());
  const at = words.indexOf("set_config");
  const head = words.slice(0, at).join(" ");
  if (at === -1 || words[at + 1] !== "(" || (head !== "select" && head !== "select pg_catalog .")) return undefined;
  const [name, comma, value] = texts.slice(at + 2);
  if (name === undefined || value === undefined || comma !== "," || !isPlain(name) || !isPlain(value)) return undefined;
  const unquoted = value.slice(1, -1).replaceAll("''", "'");
  const values = unquoted
    .split(",")
    .map((part) => part.trim().replace(/^"(.*)"$/, "$1"))
    .filter((part) => part !== "");
  return { name: name.slice(1, -1).toLowerCase(), values, text: statement.text };
}

function isPlain(text: string): boolean {
  return text.startsWith("'") && text.endsWith("'");
}
