import { codeOf, type Statement } from "../statement.ts";
import { ComposedText, edited, type Edit } from "./composed-text.ts";
import { cutForeignKeys } from "./foreign-key.ts";
import type { OrderedUnits } from "./order-units.ts";
import { needsSuperuser } from "./privileged.ts";
import { ranks, type Unit } from "./unit.ts";

/** One statement as it is sent. */
export interface Step {
  readonly unit: Unit;
  readonly text: ComposedText;
  readonly superuser: "always" | "maybe" | "never";
  /** What must have been made before this one is tried at all: nothing that fails before may be left waiting. */
  readonly phase: number;
}

/** What statements are made with. */
export interface StepOptions {
  /** What the database that they name is called, there and here. */
  readonly database: { readonly live: string | undefined; readonly scratch: string };
  /** Roles that are there already: creating one of them is altering it. */
  readonly roles: ReadonlySet<string>;
  /** Text that takes over what a migration made, by the unit of functions/ that adopts it. */
  readonly adopted: ReadonlyMap<Unit, ComposedText>;
}

/** The statements in their order: foreign keys that point at each other follow when all tables are there. */
export function stepsOf({ order, cut }: OrderedUnits, options: StepOptions): readonly Step[] {
  const early: Step[] = [];
  const late: Step[] = [];
  for (const unit of order) {
    const keys = cut.get(unit) ?? [];
    const { table, later } =
      keys.length === 0 ? { table: textOf(unit, options), later: [] } : cutForeignKeys(unit.statement, keys);
    (unit.rank < ranks.foreignKey ? early : late).push(stepOf(unit, table, unit.rank));
    // Behind all that makes tables and their keys, ahead of what is said about them.
    early.push(...later.map((text) => stepOf(unit, text, ranks.foreignKey)));
  }
  return [...early, ...late].toSorted((one, other) => one.phase - other.phase);
}

/** Up to foreign keys all may wait for each other; what comes then speaks of all that there is. */
function stepOf(unit: Unit, text: ComposedText, rank: number): Step {
  const phase = rank < ranks.foreignKey ? 0 : rank;
  return { unit, text, superuser: needsSuperuser(unit), phase };
}

function textOf(unit: Unit, { database, roles, adopted }: StepOptions): ComposedText {
  const known = adopted.get(unit);
  if (known !== undefined) return known;
  const { statement } = unit;
  const edits = [...inDatabase(statement, database), ...existingRole(statement, roles)];
  return edited(statement.text, statement.start, edits);
}

/** `alter database app …`, `grant … on database app`, `comment on database app`: here it is called otherwise. */
export function inDatabase(statement: Statement, database: StepOptions["database"]): readonly Edit[] {
  if (database.live === undefined || !namesDatabase(statement)) return [];
  const code = codeOf(statement);
  return code.flatMap((token, at) => {
    const before = code[at - 1];
    if (before === undefined || statement.text.slice(before.start, before.end).toLowerCase() !== "database") return [];
    const written = statement.text.slice(token.start, token.end);
    const name = token.kind === "quoted name" ? written.slice(1, -1).replaceAll('""', '"') : written.toLowerCase();
    return name === database.live ? [{ start: token.start, end: token.end, text: `"${database.scratch}"` }] : [];
  });
}

function namesDatabase({ node }: Statement): boolean {
  if ("AlterDatabaseSetStmt" in node || "AlterDatabaseStmt" in node) return true;
  if ("AlterRoleSetStmt" in node) return node.AlterRoleSetStmt.database !== undefined;
  if ("CommentStmt" in node) return node.CommentStmt.objtype === "OBJECT_DATABASE";
  if ("GrantStmt" in node) return node.GrantStmt.objtype === "OBJECT_DATABASE";
  return "AlterOwnerStmt" in node && node.AlterOwnerStmt.objectType === "OBJECT_DATABASE";
}

/** Roles belong to the whole server: one that an earlier run has left here is brought to what the file says. */
function existingRole({ node, text, ...statement }: Statement, roles: ReadonlySet<string>): readonly Edit[] {
  if (!("CreateRoleStmt" in node) || !roles.has(node.CreateRoleStmt.role ?? "")) return [];
  const [create, kind, name] = codeOf({ node, text, ...statement });
  if (create === undefined || kind === undefined || name === undefined) return [];
  const login = text.slice(kind.start, kind.end).toLowerCase() === "user" ? " login" : " nologin";
  const reset = `${login} nosuperuser nocreatedb nocreaterole inherit noreplication nobypassrls connection limit -1`;
  // Options that are written twice are refused, so the reset is a statement of its own.
  const written = text.slice(name.start, name.end);
  const rest = text
    .slice(name.end)
    .replace(/^\s*with\b/i, "")
    .trim();
  const head = `alter role ${written}${reset}`;
  if (rest === "") return [{ start: 0, end: text.length, text: head }];
  return [{ start: 0, end: name.end, text: `${head}; alter role ${written}` }];
}
