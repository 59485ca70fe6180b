import type { Constraint, CreateStmt, Node } from "libpg-query";
import type { Declaration } from "../declaration.ts";
import { referencesOf } from "../reference.ts";
import { nodeKind, type Statement } from "../statement.ts";
import { items, nameIdentity, strings } from "../syntax.ts";
import { freshSession, type FileSession } from "./file-session.ts";
import type { SchemaStatement } from "./schema-file.ts";

/** One statement of schema/ or functions/, and what its syntax tells of its place in the order. */
export interface Unit {
  readonly statement: Statement;
  readonly session: FileSession;
  /** Of functions/ alone. */
  readonly declaration: Declaration | undefined;
  readonly rank: number;
  /** `relation public.account` (types as well), `routine public.sign`: what it makes. */
  readonly makes: readonly string[];
  /** The same of what must be there before it; those without a schema under every schema of the session. */
  readonly needs: ReadonlySet<string>;
  /** Relations that its foreign keys point to: they may be added later. */
  readonly foreignKeys: readonly ForeignKey[];
  /** The relation that it adds to: an index, a constraint, a default. */
  readonly alters: string | undefined;
}

/** A foreign key inside `create table`. */
export interface ForeignKey {
  readonly to: string;
  readonly constraint: Constraint;
  /** The column that it is written behind; undefined for one of the table. */
  readonly column: string | undefined;
}

/** The order of statements that do not need each other; see `rankOf`. */
export const ranks = {
  role: 0,
  schema: 1,
  extension: 2,
  defaultPrivileges: 3,
  type: 4,
  table: 5,
  attached: 6,
  reloadable: 7,
  foreignKey: 8,
  said: 9,
  owner: 10,
  eventTrigger: 11,
} as const;

/** Files that were not saved since are not parsed again, and their statements not read again. */
const known = new WeakMap<Statement, Unit>();

/** Reads a statement of schema/. */
export function schemaUnit(from: SchemaStatement): Unit {
  const unit = known.get(from.statement) ?? readUnit(from);
  known.set(from.statement, unit);
  return unit;
}

/** Notes what was read off a statement before. */
export function keepUnit(unit: Unit): void {
  known.set(unit.statement, unit);
}

function readUnit({ statement, session }: SchemaStatement): Unit {
  const { node } = statement;
  const { schemas } = session;
  const foreignKeys = "CreateStmt" in node ? foreignKeysOf(node.CreateStmt, schemas) : [];
  return {
    ...{ statement, session, foreignKeys, declaration: undefined },
    rank: rankOf(node),
    makes: makesOf(node, schemas),
    needs: needsOf(
      "CreateStmt" in node ? { CreateStmt: withoutForeignKeys(node.CreateStmt) } : node,
      schemas,
      statement,
    ),
    alters: alteredBy(node, schemas),
  };
}

/** Reads a declaration of functions/. */
export function functionUnit(declaration: Declaration): Unit {
  const { statement } = declaration;
  const before = known.get(statement);
  // The same statement may be about another overload now.
  if (before !== undefined && isSame(before.declaration, declaration)) return before;
  const unit = readFunction(declaration);
  known.set(statement, unit);
  return unit;
}

function isSame(one: Declaration | undefined, other: Declaration): boolean {
  const keys = (of: Declaration | undefined): string => JSON.stringify([of?.identity, of?.parents]);
  return one === other || keys(one) === keys(other);
}

function readFunction(declaration: Declaration): Unit {
  const { statement, kind } = declaration;
  const { schemas } = freshSession;
  return {
    ...{ statement, declaration, session: freshSession, foreignKeys: [], alters: undefined },
    rank: kind === "comment" || kind === "grant" ? ranks.said : ranks.reloadable,
    makes: makesOf(statement.node, schemas),
    needs: needsOf(statement.node, schemas, statement),
  };
}

/** What an unqualified or qualified name may be, in the order in which it is looked up. */
function identitiesOf(names: readonly string[], schemas: readonly string[]): readonly string[] {
  return names.length > 1 ? [nameIdentity(names)] : schemas.map((schema) => nameIdentity([schema, names[0] ?? ""]));
}

function made(names: readonly string[], schemas: readonly string[]): string {
  return identitiesOf(names, schemas)[0] ?? nameIdentity(names);
}

function rankOf(node: Node): number {
  if ("AlterTableStmt" in node) return rankOfAlteration(node.AlterTableStmt.cmds ?? []);
  if ("DefineStmt" in node && node.DefineStmt.kind === "OBJECT_AGGREGATE") return ranks.table;
  const kind = nodeKind(node);
  return Object.hasOwn(ranksByKind, kind) ? (ranksByKind[kind] ?? ranks.table) : ranks.table;
}

function rankOfAlteration(commands: readonly Node[]): number {
  const kinds = commands.map((command) => ("AlterTableCmd" in command ? command.AlterTableCmd : undefined));
  if (kinds.length > 0 && kinds.every((command) => command?.subtype === "AT_ChangeOwner")) return ranks.owner;
  const later = kinds.some((command) => {
    const def = command?.def;
    const isForeign = def !== undefined && "Constraint" in def && def.Constraint.contype === "CONSTR_FOREIGN";
    return isForeign || command?.subtype === "AT_AttachPartition";
  });
  return later ? ranks.foreignKey : ranks.table;
}

/** Statements that are not here are ranked as tables are: they keep the order of their files. */
const ranksByKind: Readonly<Record<string, number>> = {
  CreateRoleStmt: ranks.role,
  AlterRoleStmt: ranks.role,
  AlterRoleSetStmt: ranks.said,
  CreateSchemaStmt: ranks.schema,
  CreateExtensionStmt: ranks.extension,
  CreatePLangStmt: ranks.extension,
  CreateFdwStmt: ranks.extension,
  CreateForeignServerStmt: ranks.extension,
  CreateUserMappingStmt: ranks.extension,
  CreateAmStmt: ranks.extension,
  AlterDefaultPrivilegesStmt: ranks.defaultPrivileges,
  CreateEnumStmt: ranks.type,
  CreateDomainStmt: ranks.type,
  CompositeTypeStmt: ranks.type,
  CreateRangeStmt: ranks.type,
  DefineStmt: ranks.type,
  CreateOpClassStmt: ranks.type,
  CreateOpFamilyStmt: ranks.type,
  CreateCastStmt: ranks.type,
  CreateConversionStmt: ranks.type,
  CreateTransformStmt: ranks.type,
  CreateSeqStmt: ranks.type,
  ViewStmt: ranks.attached,
  CreateTableAsStmt: ranks.attached,
  CreateTrigStmt: ranks.attached,
  CreatePolicyStmt: ranks.attached,
  RuleStmt: ranks.attached,
  CreateStatsStmt: ranks.attached,
  CreatePublicationStmt: ranks.foreignKey,
  AlterPublicationStmt: ranks.foreignKey,
  CreateSubscriptionStmt: ranks.foreignKey,
  GrantStmt: ranks.said,
  GrantRoleStmt: ranks.said,
  CommentStmt: ranks.said,
  SecLabelStmt: ranks.said,
  AlterDatabaseSetStmt: ranks.said,
  AlterOwnerStmt: ranks.owner,
  CreateEventTrigStmt: ranks.eventTrigger,
  AlterEventTrigStmt: ranks.eventTrigger,
};

function makesOf(node: Node, schemas: readonly string[]): readonly string[] {
  if ("IndexStmt" in node) return indexMade(node.IndexStmt.idxname, rangeNames(node.IndexStmt.relation), schemas);
  const relation = relationNames(node) ?? typeNames(node);
  if (relation !== undefined) return [`relation ${made(relation, schemas)}`];
  const routine = routineMade(node);
  return routine === undefined ? [] : [`routine ${made(routine, schemas)}`];
}

function relationNames(node: Node): readonly string[] | undefined {
  if ("CreateStmt" in node) return rangeNames(node.CreateStmt.relation);
  if ("CreateForeignTableStmt" in node) return rangeNames(node.CreateForeignTableStmt.base?.relation);
  if ("ViewStmt" in node) return rangeNames(node.ViewStmt.view);
  if ("CreateTableAsStmt" in node) return rangeNames(node.CreateTableAsStmt.into?.rel);
  return "CreateSeqStmt" in node ? rangeNames(node.CreateSeqStmt.sequence) : undefined;
}

function typeNames(node: Node): readonly string[] | undefined {
  if ("CompositeTypeStmt" in node) return rangeNames(node.CompositeTypeStmt.typevar);
  if ("CreateEnumStmt" in node) return strings(node.CreateEnumStmt.typeName);
  if ("CreateDomainStmt" in node) return strings(node.CreateDomainStmt.domainname);
  if ("CreateRangeStmt" in node) return strings(node.CreateRangeStmt.typeName);
  const isType = "DefineStmt" in node && node.DefineStmt.kind === "OBJECT_TYPE";
  return isType ? strings(node.DefineStmt.defnames) : undefined;
}

function routineMade(node: Node): readonly string[] | undefined {
  if ("CreateFunctionStmt" in node) return strings(node.CreateFunctionStmt.funcname);
  const isAggregate = "DefineStmt" in node && node.DefineStmt.kind === "OBJECT_AGGREGATE";
  return isAggregate ? strings(node.DefineStmt.defnames) : undefined;
}

/** An index stands in the schema of its table. */
function indexMade(name: string | undefined, table: readonly string[], schemas: readonly string[]): readonly string[] {
  if (name === undefined) return [];
  return [`relation ${table.length > 1 ? nameIdentity([table[0] ?? "", name]) : made([name], schemas)}`];
}

function rangeNames(
  relation: { readonly schemaname?: string; readonly relname?: string } | undefined,
): readonly string[] {
  const { schemaname, relname = "" } = relation ?? {};
  return schemaname === undefined ? [relname] : [schemaname, relname];
}

function alteredBy(node: Node, schemas: readonly string[]): string | undefined {
  const relation =
    "AlterTableStmt" in node ? node.AlterTableStmt.relation : "IndexStmt" in node ? node.IndexStmt.relation : undefined;
  return relation === undefined ? undefined : `relation ${made(rangeNames(relation), schemas)}`;
}

/** All names that the statement mentions, each as everything that it may mean. */
function needsOf(node: Node, schemas: readonly string[], statement: Statement): ReadonlySet<string> {
  const { relations, calls } = referencesOf(node);
  const found = new Set<string>();
  const add = (identity: string): void => {
    // An unqualified name comes back as one of public.
    const names = identity.startsWith("public.") ? schemas.map((schema) => `${schema}${identity.slice(6)}`) : [];
    for (const name of [identity, ...names]) found.add(`relation ${name}`).add(`routine ${name}`);
  };
  for (const name of relations) add(name);
  for (const { name } of calls) add(name);
  for (const names of [...routineNames(node), ...commentedNames(node)]) add(nameIdentity(names));
  for (const [, name = ""] of statement.text.matchAll(/nextval\s*\(\s*'([\w."$]+)'/gi))
    add(nameIdentity(name.split(".")));
  return found;
}

/** `comment on column public.account.email`: of its names, all or all but the last are a relation's. */
function commentedNames(node: Node): readonly (readonly string[])[] {
  if (!("CommentStmt" in node)) return [];
  const names = strings(items(node.CommentStmt.object));
  return [names, names.slice(0, -1)].filter((list) => list.length > 0);
}

const nameFields = new Set(["funcname", "objname", "func_name", "plhandler", "plinline", "plvalidator", "owned_by"]);

/** Names of routines that are not written as calls: of triggers, casts, operators, languages. */
function routineNames(value: unknown): readonly (readonly string[])[] {
  if (Array.isArray(value)) return value.flatMap(routineNames);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => {
    if (!nameFields.has(key) || !Array.isArray(child)) return routineNames(child);
    const names = strings(child as Node[]);
    return names.length === 0 ? [] : [names];
  });
}

function foreignKeysOf({ tableElts = [] }: CreateStmt, schemas: readonly string[]): readonly ForeignKey[] {
  return tableElts.flatMap((element) => {
    if ("Constraint" in element) return foreignKey(element.Constraint, undefined, schemas);
    if (!("ColumnDef" in element)) return [];
    const { colname, constraints = [] } = element.ColumnDef;
    return constraints.flatMap((item) => ("Constraint" in item ? foreignKey(item.Constraint, colname, schemas) : []));
  });
}

function foreignKey(constraint: Constraint, column: string | undefined, schemas: readonly string[]): ForeignKey[] {
  if (constraint.contype !== "CONSTR_FOREIGN") return [];
  return [{ to: `relation ${made(rangeNames(constraint.pktable), schemas)}`, constraint, column }];
}

function withoutForeignKeys(statement: CreateStmt): CreateStmt {
  const isOther = (node: Node): boolean => !("Constraint" in node && node.Constraint.contype === "CONSTR_FOREIGN");
  const tableElts = (statement.tableElts ?? []).filter(isOther).map((element): Node => {
    if (!("ColumnDef" in element) || element.ColumnDef.constraints === undefined) return element;
    const constraints = element.ColumnDef.constraints.filter(isOther);
    return { ColumnDef: { ...element.ColumnDef, constraints } };
  });
  return { ...statement, tableElts };
}
