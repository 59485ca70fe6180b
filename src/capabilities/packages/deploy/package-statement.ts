import type { Node } from "libpg-query";
import { nodeKind, referencesOf, strings, type Statement } from "../../../schema/index.ts";
import type { Script } from "../folder/package-folder.ts";

/** One statement of a package's script. */
export interface PackageStatement {
  readonly script: Script;
  readonly statement: Statement;
  /** What it makes: "type mood", "routine sign"; undefined for anything that is no `create`. */
  readonly provides: string | undefined;
  /** What it names. */
  readonly mentions: ReadonlySet<string>;
}

/** Reads what a statement makes and names; without schemas, because a package's schema is not told by its files. */
export function packageStatement(script: Script, statement: Statement): PackageStatement {
  const { relations, calls } = referencesOf(statement.node);
  const provides = providedBy(statement.node);
  const mentions = new Set([
    ...[...relations].map((name) => `type ${lastPart(name)}`),
    ...calls.map(({ name }) => `routine ${lastPart(name)}`),
    ...triggerFunction(statement.node),
  ]);
  if (provides !== undefined) mentions.delete(provides);
  return { script, statement, provides, mentions };
}

/** True for what can't be run twice: it makes something anew. */
export function isType({ provides, script }: PackageStatement): boolean {
  return script.phase === "type" && provides?.startsWith("type ") === true;
}

export function isDrop({ statement }: PackageStatement): boolean {
  return nodeKind(statement.node) === "DropStmt";
}

function providedBy(node: Node): string | undefined {
  if ("CreateFunctionStmt" in node) return routine(strings(node.CreateFunctionStmt.funcname));
  if ("CreateTrigStmt" in node) return `trigger ${node.CreateTrigStmt.trigname ?? ""}`;
  const names = typeNames(node) ?? relationNames(node);
  if (names !== undefined) return type(names);
  if (!("DefineStmt" in node)) return undefined;
  return node.DefineStmt.kind === "OBJECT_AGGREGATE" ? routine(strings(node.DefineStmt.defnames)) : undefined;
}

function typeNames(node: Node): readonly string[] | undefined {
  if ("CreateEnumStmt" in node) return strings(node.CreateEnumStmt.typeName);
  if ("CreateRangeStmt" in node) return strings(node.CreateRangeStmt.typeName);
  if ("CreateDomainStmt" in node) return strings(node.CreateDomainStmt.domainname);
  if ("DefineStmt" in node && node.DefineStmt.kind === "OBJECT_TYPE") return strings(node.DefineStmt.defnames);
  return undefined;
}

/** Relations share their names with types. */
function relationNames(node: Node): readonly string[] | undefined {
  if ("CompositeTypeStmt" in node) return [node.CompositeTypeStmt.typevar?.relname ?? ""];
  if ("CreateStmt" in node) return [node.CreateStmt.relation?.relname ?? ""];
  if ("ViewStmt" in node) return [node.ViewStmt.view?.relname ?? ""];
  if ("CreateTableAsStmt" in node) return [node.CreateTableAsStmt.into?.rel?.relname ?? ""];
  return undefined;
}

function triggerFunction(node: Node): readonly string[] {
  return "CreateTrigStmt" in node ? [routine(strings(node.CreateTrigStmt.funcname))] : [];
}

function type(names: readonly string[]): string {
  return `type ${names.at(-1) ?? ""}`;
}

function routine(names: readonly string[]): string {
  return `routine ${names.at(-1) ?? ""}`;
}

/** public."My Type" → My Type */
function lastPart(identity: string): string {
  const quoted = /"((?:[^"]|"")*)"$/.exec(identity)?.[1];
  return quoted?.replaceAll('""', '"') ?? identity.slice(identity.lastIndexOf(".") + 1);
}
