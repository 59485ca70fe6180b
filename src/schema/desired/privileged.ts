import type { Node } from "libpg-query";
import { nodeKind } from "../statement.ts";
import { ranks, type Unit } from "./unit.ts";

/**
 * Whether a statement is run by the superuser: "always", or "maybe" where that depends on what the server has (a
 * trusted extension needs none).
 */
export function needsSuperuser({ statement: { node }, rank }: Unit): "always" | "maybe" | "never" {
  if (rank === ranks.owner) return "always";
  if ("DefineStmt" in node) return superuserDefinitions.has(node.DefineStmt.kind ?? "") ? "always" : "never";
  if ("CreatePublicationStmt" in node) return isWide(node.CreatePublicationStmt) ? "always" : "never";
  if ("CreateFunctionStmt" in node) return isTrusted(node.CreateFunctionStmt.options ?? []) ? "never" : "maybe";
  const kind = nodeKind(node);
  return always.has(kind) ? "always" : maybe.has(kind) ? "maybe" : "never";
}

const always = new Set([
  "CreateEventTrigStmt",
  "AlterEventTrigStmt",
  "CreateFdwStmt",
  "AlterFdwStmt",
  "CreatePLangStmt",
  "CreateAmStmt",
  "CreateOpClassStmt",
  "CreateOpFamilyStmt",
  "AlterOpFamilyStmt",
  "CreateRoleStmt",
  "AlterRoleStmt",
  "AlterRoleSetStmt",
  "GrantRoleStmt",
  "CreateSubscriptionStmt",
  "SecLabelStmt",
]);

const maybe = new Set([
  "CreateExtensionStmt",
  "CreateForeignServerStmt",
  "CreateUserMappingStmt",
  "CreateCastStmt",
  "CreateTransformStmt",
  "AlterDefaultPrivilegesStmt",
]);

const superuserDefinitions = new Set(["OBJECT_TYPE", "OBJECT_TSPARSER", "OBJECT_TSTEMPLATE"]);

function isWide({
  for_all_tables,
  pubobjects = [],
}: {
  readonly for_all_tables?: boolean;
  readonly pubobjects?: Node[];
}) {
  const schemas = pubobjects.some(
    (item) => "PublicationObjSpec" in item && item.PublicationObjSpec.pubobjtype !== "PUBLICATIONOBJ_TABLE",
  );
  return for_all_tables === true || schemas;
}

function isTrusted(options: readonly Node[]): boolean {
  const language = options.flatMap((option) => {
    if (!("DefElem" in option) || option.DefElem.defname !== "language") return [];
    const arg = option.DefElem.arg;
    return arg !== undefined && "String" in arg ? [arg.String.sval ?? ""] : [];
  });
  return language.every((name) => ["sql", "plpgsql"].includes(name.toLowerCase()));
}
