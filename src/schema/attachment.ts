import type { CommentStmt, GrantStmt, IndexStmt, Node } from "libpg-query";
import { plainName } from "../catalog/index.ts";
import type { DeclarationPart, Parent } from "./declaration.ts";
import { codeOf, statementHash, type Statement } from "./statement.ts";
import { items, nameIdentity, relationIdentity, routineOf, strings } from "./syntax.ts";

/** A comment, a grant, a revoke or an index, with the objects it belongs to; undefined for any other statement. */
export function attachmentOf(statement: Statement): DeclarationPart | undefined {
  const { node } = statement;
  if ("CommentStmt" in node) return comment(node.CommentStmt, statement);
  if ("GrantStmt" in node) return grant(node.GrantStmt, statement);
  if ("IndexStmt" in node) return index(node.IndexStmt);
  return undefined;
}

function comment(node: CommentStmt, statement: Statement): DeclarationPart | undefined {
  const parent = commented(node);
  if (parent === undefined) return undefined;
  const column = node.objtype === "OBJECT_COLUMN" ? `.${plainName(strings(items(node.object)).at(-1) ?? "")}` : "";
  const last = codeOf(statement).at(-1);
  return {
    kind: "comment",
    identity: `on ${parent.key}${column}`,
    parents: [parent],
    undo: node.comment === undefined ? undefined : `${statement.text.slice(0, last?.start)}null`,
  };
}

function commented(node: CommentStmt): Parent | undefined {
  const object = node.object;
  const names = strings(items(object));
  switch (node.objtype) {
    case "OBJECT_FUNCTION":
    case "OBJECT_PROCEDURE":
    case "OBJECT_ROUTINE":
    case "OBJECT_AGGREGATE":
      return routineParent(object);
    case "OBJECT_VIEW":
    case "OBJECT_MATVIEW":
    case "OBJECT_INDEX":
      return { key: `relation ${nameIdentity(names)}`, byName: false };
    case "OBJECT_COLUMN":
      return { key: `relation ${nameIdentity(names.slice(0, -1))}`, byName: false };
    case "OBJECT_TRIGGER":
    case "OBJECT_POLICY": {
      const family = node.objtype === "OBJECT_TRIGGER" ? "trigger" : "policy";
      const key = `${family} ${plainName(names.at(-1) ?? "")} on ${nameIdentity(names.slice(0, -1))}`;
      return { key, byName: false };
    }
    default:
      return undefined;
  }
}

function grant(node: GrantStmt, statement: Statement): DeclarationPart | undefined {
  if (node.targtype !== "ACL_TARGET_OBJECT") return undefined;
  const parents = (node.objects ?? []).map((object) => granted(node.objtype, object));
  if (!parents.every((parent) => parent !== undefined)) return undefined;
  const names = parents.map((parent) => parent.key).join(", ");
  return {
    kind: "grant",
    // Two grants on one object are two things; a changed one is another, and the old one is taken back.
    identity: `${statementHash(statement).slice(0, 12)} on ${names}`,
    parents,
    undo: node.is_grant === true ? revocation(statement) : undefined,
  };
}

function granted(kind: GrantStmt["objtype"], object: Node): Parent | undefined {
  switch (kind) {
    case "OBJECT_TABLE":
      return "RangeVar" in object ? { key: `relation ${relationIdentity(object.RangeVar)}`, byName: false } : undefined;
    case "OBJECT_FUNCTION":
    case "OBJECT_PROCEDURE":
    case "OBJECT_ROUTINE":
      return routineParent(object);
    default:
      return undefined;
  }
}

function routineParent(object: Node | undefined): Parent | undefined {
  if (object === undefined || !("ObjectWithArgs" in object)) return undefined;
  const { name, identity } = routineOf(object.ObjectWithArgs);
  return { key: `routine ${identity ?? name}`, byName: identity === undefined };
}

/**
 * `grant … on … to …` as the revoke that undoes it, by its own tokens: `to` becomes `from`, what stands behind the
 * grantees goes. A revoke has no such opposite: giving back what was never there would open a door.
 */
function revocation(statement: Statement): string {
  const { text } = statement;
  const code = codeOf(statement);
  const words = code.map((token) => (token.kind === "word" ? text.slice(token.start, token.end).toLowerCase() : ""));
  const to = words.lastIndexOf("to");
  const tail = words.findIndex((word, at) => at > to && (word === "with" || word === "granted"));
  const first = code[0];
  const toToken = code[to];
  const end = code[tail]?.start ?? text.length;
  return `revoke${text.slice(first?.end, toToken?.start)}from${text.slice(toToken?.end, end)}`;
}

/** An index is declared with the materialized view that it belongs to; one of a table is the migrations'. */
function index(node: IndexStmt): DeclarationPart | undefined {
  if (node.idxname === undefined || node.concurrent === true) return undefined;
  const relation = relationIdentity(node.relation);
  return {
    kind: "index",
    identity: nameIdentity([node.relation?.schemaname ?? "public", node.idxname]),
    parents: [{ key: `relation ${relation}`, byName: false }],
  };
}
