import type { CreateFunctionStmt, DefineStmt, FunctionParameter, Node } from "libpg-query";
import { plainName } from "../catalog/index.ts";
import { AppError } from "../errors/index.ts";
import { attachmentOf } from "./attachment.ts";
import type { Declaration, DeclarationPart } from "./declaration.ts";
import { misplaced } from "./misplaced.ts";
import { referencesOf, type Call } from "./reference.ts";
import { statementHash, type Statement } from "./statement.ts";
import { nameIdentity, relationIdentity, routineIdentity, strings } from "./syntax.ts";

/** Reads one statement of functions/; an error (WD412) where it belongs elsewhere. */
export function declare(statement: Statement): Declaration | AppError {
  const part = objectOf(statement.node) ?? attachmentOf(statement);
  if (columnTypes(statement.node)) return columnTypeError(statement);
  if (part === undefined) return misplaced(statement);
  if (isReserved(part.identity)) return reservedError(statement);
  return {
    parents: [],
    ...part,
    statement,
    hash: statementHash(statement),
    references: part.references ?? referencesOf(statement.node),
    adopt: statement.leading.some((comment) => /^--\s*@adopt\s*$/.test(comment)),
  };
}

function objectOf(node: Node): DeclarationPart | undefined {
  if ("CreateFunctionStmt" in node) return routine(node.CreateFunctionStmt);
  if ("DefineStmt" in node && node.DefineStmt.kind === "OBJECT_AGGREGATE" && node.DefineStmt.oldstyle !== true)
    return aggregate(node.DefineStmt, node);
  if ("ViewStmt" in node) {
    if (node.ViewStmt.view?.relpersistence !== "p") return undefined;
    return { kind: "view", identity: relationIdentity(node.ViewStmt.view) };
  }
  if ("CreateTableAsStmt" in node && node.CreateTableAsStmt.objtype === "OBJECT_MATVIEW") {
    return { kind: "materialized view", identity: relationIdentity(node.CreateTableAsStmt.into?.rel) };
  }
  if ("CreateTrigStmt" in node) {
    const { trigname, relation, funcname } = node.CreateTrigStmt;
    const references = referencesOf(node);
    const call: Call = { name: nameIdentity(strings(funcname)), arguments: 0 };
    return {
      kind: "trigger",
      identity: `${plainName(trigname ?? "")} on ${relationIdentity(relation)}`,
      references: { ...references, calls: [...references.calls, call] },
    };
  }
  if ("CreatePolicyStmt" in node) {
    const { policy_name: name, table } = node.CreatePolicyStmt;
    return { kind: "policy", identity: `${plainName(name ?? "")} on ${relationIdentity(table)}` };
  }
  return undefined;
}

function routine(statement: CreateFunctionStmt): DeclarationPart {
  const inputs = parametersOf(statement.parameters).filter(isInput);
  return {
    kind: statement.is_procedure === true ? "procedure" : "function",
    identity: routineIdentity(
      strings(statement.funcname),
      inputs.map((parameter) => parameter.argType),
    ),
    arity: arityOf(inputs),
  };
}

function aggregate(statement: DefineStmt, node: Node): DeclarationPart {
  const [list] = statement.args ?? [];
  const inputs = parametersOf(list !== undefined && "List" in list ? list.List.items : []).filter(isInput);
  const references = referencesOf(node);
  return {
    kind: "aggregate",
    identity: routineIdentity(
      strings(statement.defnames),
      inputs.map((parameter) => parameter.argType),
    ),
    arity: arityOf(inputs),
    references: { ...references, calls: [...references.calls, ...supportFunctions(statement)] },
  };
}

/** sfunc = add_one: the grammar reads the function's name as a type's. */
function supportFunctions(statement: DefineStmt): readonly Call[] {
  return (statement.definition ?? []).flatMap((option) => {
    if (!("DefElem" in option) || option.DefElem.defname?.endsWith("func") !== true) return [];
    const arg = option.DefElem.arg;
    const names = arg !== undefined && "TypeName" in arg ? strings(arg.TypeName.names) : [];
    return names.length === 0 ? [] : [{ name: nameIdentity(names), arguments: -1 }];
  });
}

function parametersOf(nodes: readonly Node[] | undefined): readonly FunctionParameter[] {
  return (nodes ?? []).flatMap((node) => ("FunctionParameter" in node ? [node.FunctionParameter] : []));
}

function isInput(parameter: FunctionParameter): boolean {
  return parameter.mode !== "FUNC_PARAM_OUT" && parameter.mode !== "FUNC_PARAM_TABLE";
}

function arityOf(inputs: readonly FunctionParameter[]): { readonly least: number; readonly most: number } {
  const needed = inputs.filter(
    (parameter) => parameter.defexpr === undefined && parameter.mode !== "FUNC_PARAM_VARIADIC",
  );
  const variadic = inputs.some((parameter) => parameter.mode === "FUNC_PARAM_VARIADIC");
  return { least: needed.length, most: variadic ? Infinity : inputs.length };
}

/** True where a parameter takes its type from a column: Postgres would store what it was on that day. */
function columnTypes(node: Node): boolean {
  if (!("CreateFunctionStmt" in node)) return false;
  return parametersOf(node.CreateFunctionStmt.parameters).some((parameter) => parameter.argType?.pct_type === true);
}

function columnTypeError(statement: Statement): AppError {
  return new AppError("WD412", "the type of a parameter can't be taken from a column here", {
    detail: "Postgres keeps the type that the column had when the routine was made, and does not follow a change of it",
    hint: "write the type itself; within the body, %type is fine",
    position: statement.source.position(statement.start),
    source: statement.source.text,
  });
}

/** howdah's own schema and Postgres's are not the user's to write into. */
function isReserved(identity: string): boolean {
  return /(?:^| on )(?:howdah|howdah_worker|pg_[a-z0-9_]+|information_schema)\./.test(identity);
}

function reservedError(statement: Statement): AppError {
  return new AppError("WD412", "the schemas howdah and pg_… are not for objects of the project", {
    hint: "write it into public, or into a schema that a migration creates",
    position: statement.source.position(statement.start),
    source: statement.source.text,
  });
}
