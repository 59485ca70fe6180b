import { snakeCase, type Parameter } from "../signature.ts";
import { errorAt } from "../source-file.ts";
import { arrayOf, namedType } from "../sql-type.ts";
import type { ReadType, TypeScope } from "./types.ts";
import { readType } from "./types.ts";
import type { Expression, ParameterNode, TypeNode } from "./syntax.ts";

/** Types of parameters by name where annotations don't say them: JSDoc's @param. */
export type DocumentedTypes = ReadonlyMap<string, TypeNode>;

/** One parameter of a function; WD493 for one without a name or a type. */
export function readParameter(node: ParameterNode, scope: TypeScope, documented: DocumentedTypes): Parameter {
  switch (node.type) {
    case "Identifier":
      return plain(node, scope, documented);
    case "AssignmentPattern":
      return defaulted(node, scope, documented);
    case "RestElement":
      return rest(node, scope, documented);
    default:
      throw errorAt(scope.source, node.start ?? 0, "WD493", "a parameter without a name can't be one of a routine", {
        hint: "give it a name, and take it apart inside",
      });
  }
}

type IdentifierNode = Extract<ParameterNode, { type: "Identifier" }>;

function plain(node: IdentifierNode, scope: TypeScope, documented: DocumentedTypes): Parameter {
  const { type, nullable } = typeOf(node, scope, documented);
  const optional = node.optional === true;
  return {
    ...{ name: snakeCase(node.name), type, variadic: false },
    nullable: nullable || optional,
    default: optional ? "null" : undefined,
  };
}

/** A constant is the default in SQL as well; what has to be computed is, in the function, where null is given. */
function defaulted(
  node: Extract<ParameterNode, { type: "AssignmentPattern" }>,
  scope: TypeScope,
  documented: DocumentedTypes,
): Parameter {
  const { left, right } = node;
  if (left.type !== "Identifier") {
    throw errorAt(scope.source, left.start ?? 0, "WD493", "a parameter without a name can't be one of a routine", {
      hint: "give it a name, and take it apart inside",
    });
  }
  const constant = constantOf(right);
  const written = left.typeAnnotation !== undefined && left.typeAnnotation !== null;
  const known = written || documented.has(left.name) || constant === undefined;
  const { type, nullable } = known
    ? typeOf(left, scope, documented)
    : { type: namedType(constant.sqlType), nullable: false };
  return {
    ...{ name: snakeCase(left.name), type, variadic: false },
    nullable: nullable || constant === undefined,
    default: constant?.text ?? "null",
  };
}

function rest(
  node: Extract<ParameterNode, { type: "RestElement" }>,
  scope: TypeScope,
  documented: DocumentedTypes,
): Parameter {
  const name = node.argument.type === "Identifier" ? node.argument.name : "rest";
  const annotation = annotationOf(node) ?? documented.get(name);
  if (annotation === undefined) throw untyped(name, node.start ?? 0, scope);
  const { type } = readType(annotation, scope, `parameter "${name}"`);
  const array = type.array ? type : arrayOf(type);
  return { name: snakeCase(name), type: array ?? type, nullable: false, variadic: true };
}

function typeOf(node: IdentifierNode, scope: TypeScope, documented: DocumentedTypes): ReadType {
  const annotation = annotationOf(node) ?? documented.get(node.name);
  if (annotation === undefined) throw untyped(node.name, node.start ?? 0, scope);
  const own = annotationOf(node) === undefined ? { ...scope, at: node.start ?? 0 } : scope;
  return readType(annotation, own, `parameter "${node.name}"`);
}

function annotationOf(node: Pick<IdentifierNode, "typeAnnotation">): TypeNode | undefined {
  return node.typeAnnotation?.type === "TSTypeAnnotation" ? node.typeAnnotation.typeAnnotation : undefined;
}

function untyped(name: string, index: number, { source }: TypeScope): Error {
  const typescript = source.file.endsWith("ts");
  return errorAt(source, index, "WD493", `parameter "${name}" has no type`, {
    hint: typescript
      ? `write one: ${name}: string; or a line // sql: (${snakeCase(name)} text) returns text before the function`
      : `write /** @param {string} ${name} */ or a line // sql: (${snakeCase(name)} text) returns text before the function`,
  });
}

interface Constant {
  readonly text: string;
  readonly sqlType: string;
}

function constantOf(node: Expression): Constant | undefined {
  switch (node.type) {
    case "NumericLiteral":
      return { text: String(node.value), sqlType: "double precision" };
    case "BigIntLiteral":
      return { text: String(node.value), sqlType: "bigint" };
    case "StringLiteral":
      return { text: `'${node.value.replaceAll("'", "''")}'`, sqlType: "text" };
    case "BooleanLiteral":
      return { text: String(node.value), sqlType: "boolean" };
    case "NullLiteral":
      return undefined;
    case "UnaryExpression": {
      const inner = node.operator === "-" ? constantOf(node.argument) : undefined;
      return inner && /^[\d.]/.test(inner.text) ? { ...inner, text: `-${inner.text}` } : undefined;
    }
    default:
      return undefined;
  }
}
