import type { Declaration } from "../declaration.ts";
import { declare } from "../declare.ts";
import { referencesOf } from "../reference.ts";
import { statementHash, type Statement } from "../statement.ts";
import type { Unit } from "./unit.ts";

/** What tells of a routine where it is in the catalog, for its body to be checked. */
export type RoutineName = Pick<Declaration, "kind" | "identity" | "arity">;

const known = new WeakMap<Statement, Declaration>();

/** The routine that a statement of schema/ makes, where its body can be checked. */
export function schemaRoutine({ statement, session }: Unit): Declaration | undefined {
  if (statement.kind !== "CreateFunctionStmt" || session.schemas[0] !== "public") return undefined;
  const before = known.get(statement);
  if (before !== undefined) return before;
  const made = declare(statement);
  if (!("identity" in made)) return undefined;
  known.set(statement, made);
  return made;
}

/** Notes the name that was read before: the statement is not looked into for it. */
export function keepRoutine(statement: Statement, { kind, identity, arity }: RoutineName): void {
  known.set(statement, {
    ...{ statement, kind, identity, arity, parents: [], adopt: false },
    get hash() {
      return statementHash(statement);
    },
    get references() {
      return referencesOf(statement.node);
    },
  });
}
