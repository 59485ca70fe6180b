import type { AlterTableCmd, DropStmt, Node, RangeVar } from "libpg-query";
import type { ObjectName } from "../catalog/index.ts";
import type { Statement } from "./statement.ts";
import { items, nameIdentity, strings } from "./syntax.ts";
import { tokens } from "./token.ts";

/** What migrations are about to change under the feet of reloadable objects. */
export interface Altered {
  /** Dropped, renamed, moved or retyped: what depends on them stands in the way. */
  readonly names: readonly ObjectName[];
  /** Relations that gain columns (public.entry): a `select *` over them is expanded anew. */
  readonly grown: ReadonlySet<string>;
}

/**
 * Reads from the syntax of pending migrations which relations, types, routines and schemas they drop, rename, move or
 * retype. What a DO block does can't be read: every word of one that alters, drops or executes counts as a name.
 */
export function alteredBy(statements: readonly Statement[]): Altered {
  const names = statements.flatMap(({ node }) => namesOf(node));
  const grown = statements.flatMap(({ node }) => grownBy(node));
  return { names, grown: new Set(grown) };
}

function namesOf(node: Node): readonly ObjectName[] {
  if ("AlterTableStmt" in node) {
    const { relation, cmds } = node.AlterTableStmt;
    return (cmds ?? []).flatMap((command) =>
      "AlterTableCmd" in command ? alteredColumn(relation, command.AlterTableCmd) : [],
    );
  }
  if ("DropStmt" in node) return dropped(node.DropStmt);
  if ("RenameStmt" in node) {
    const { renameType, relation, object, subname } = node.RenameStmt;
    if (/CONSTRAINT|TRIGGER|POLICY|RULE/.test(renameType ?? "")) return [];
    if (renameType === "OBJECT_SCHEMA") return [{ kind: "schema", name: subname ?? "" }];
    if (relation === undefined) return objectNames(object);
    return [relationName(relation, renameType === "OBJECT_COLUMN" ? subname : undefined)];
  }
  if ("AlterObjectSchemaStmt" in node) {
    const { relation, object } = node.AlterObjectSchemaStmt;
    return relation === undefined ? objectNames(object) : [relationName(relation)];
  }
  if ("DoStmt" in node) return wordsOf(node.DoStmt.args ?? []);
  return [];
}

/** Subcommands that Postgres refuses while something depends on the column or constraint. */
function alteredColumn(relation: RangeVar | undefined, command: AlterTableCmd): readonly ObjectName[] {
  switch (command.subtype) {
    case "AT_DropColumn":
    case "AT_AlterColumnType":
    case "AT_SetExpression":
    case "AT_DropExpression":
      return [relationName(relation, command.name)];
    // A view that groups by a primary key depends on the constraint.
    case "AT_DropConstraint":
      return [relationName(relation)];
    default:
      return [];
  }
}

function dropped(node: DropStmt): readonly ObjectName[] {
  const objects = node.objects ?? [];
  switch (node.removeType) {
    case "OBJECT_SCHEMA":
      return strings(objects).map((name) => ({ kind: "schema", name }));
    // Policies, triggers and rules hang on their table: nothing hangs on them.
    case "OBJECT_TRIGGER":
    case "OBJECT_POLICY":
    case "OBJECT_RULE":
      return [];
    default:
      return objects.flatMap((object) => objectNames(object));
  }
}

/** A relation, type or routine by its name: which of them matters little, since names are looked up in the catalog. */
function objectNames(object: Node | undefined): readonly ObjectName[] {
  if (object === undefined) return [];
  const names =
    "ObjectWithArgs" in object
      ? strings(object.ObjectWithArgs.objname)
      : "TypeName" in object
        ? strings(object.TypeName.names)
        : strings(items(object));
  return names.length === 0 ? [] : [{ kind: "any", schema: names.at(-2), name: names.at(-1) ?? "" }];
}

/** Without a schema, any: a migration may have set its own search_path. */
function relationName(relation: RangeVar | undefined, column?: string): ObjectName {
  return { kind: "relation", schema: relation?.schemaname, name: relation?.relname ?? "", column };
}

function wordsOf(args: readonly Node[]): readonly ObjectName[] {
  const body = args.flatMap((arg) => {
    const text = "DefElem" in arg && arg.DefElem.defname === "as" ? arg.DefElem.arg : undefined;
    return text !== undefined && "String" in text ? [text.String.sval ?? ""] : [];
  });
  const text = body.join("\n");
  if (!/\b(?:alter|drop|rename|execute)\b/i.test(text)) return [];
  const words = new Set(text.match(/[\w$\u0080-\uFFFF]+/g)?.flatMap((word) => [word, word.toLowerCase()]));
  const quoted = tokens(text).filter((token) => token.kind === "quoted name");
  for (const token of quoted) words.add(text.slice(token.start + 1, token.end - 1));
  const kinds = /\bschema\b/i.test(text) ? (["any", "schema"] as const) : (["any"] as const);
  return [...words].flatMap((name) => kinds.map((kind) => ({ kind, name })));
}

function grownBy(node: Node): readonly string[] {
  if (!("AlterTableStmt" in node)) return [];
  const { relation, cmds } = node.AlterTableStmt;
  const grows = (cmds ?? []).some(
    (command) => "AlterTableCmd" in command && command.AlterTableCmd.subtype === "AT_AddColumn",
  );
  return grows ? [nameIdentity([relation?.schemaname ?? "public", relation?.relname ?? ""])] : [];
}
