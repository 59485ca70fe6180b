import { AppError } from "../errors/index.ts";
import { keyOf, type Declaration } from "./declaration.ts";
import { place } from "./statement-error.ts";

/** Declarations in an order in which each can be made, and what each needs. */
export interface Ordered {
  readonly order: readonly Declaration[];
  /** Keys of the declared objects that must exist before it, by key. */
  readonly needs: ReadonlyMap<string, ReadonlySet<string>>;
  readonly errors: readonly AppError[];
}

/**
 * Puts what is needed first; comments, grants and indexes come after all objects; ties keep the order of the files.
 *
 * A circle is WD414. Routines with a body in quotes need only the types of their signature, so they may call each other.
 */
export function orderDeclarations(declarations: ReadonlyMap<string, Declaration>): Ordered {
  const needs = needsOf(declarations);
  const order: Declaration[] = [];
  const errors: AppError[] = [];
  const state = new Map<string, "open" | "done">();
  const path: string[] = [];

  const reachesOpen = (key: string, seen = new Set<string>()): boolean => {
    if (state.get(key) === "open") return true;
    if (state.get(key) === "done" || seen.has(key)) return false;
    seen.add(key);
    return [...(needs.hard.get(key) ?? [])].some((need) => reachesOpen(need, seen));
  };

  const visit = (key: string): void => {
    const declaration = declarations.get(key);
    if (declaration === undefined || state.get(key) === "done") return;
    if (state.get(key) === "open") {
      errors.push(circle([...path.slice(path.indexOf(key)), key], declarations));
      return;
    }
    state.set(key, "open");
    path.push(key);
    for (const need of needs.hard.get(key) ?? []) visit(need);
    // A column's name may be a call in disguise; where following it closes a circle, it was a column.
    for (const need of needs.soft.get(key) ?? []) if (!reachesOpen(need)) visit(need);
    path.pop();
    state.set(key, "done");
    order.push(declaration);
  };

  const keys = [...declarations].toSorted(([, one], [, other]) => rank(one) - rank(other)).map(([key]) => key);
  for (const key of keys) visit(key);
  return { order, needs: needs.hard, errors };
}

function rank(declaration: Declaration): number {
  return declaration.parents.length > 0 ? 1 : 0;
}

interface Needs {
  readonly hard: ReadonlyMap<string, ReadonlySet<string>>;
  readonly soft: ReadonlyMap<string, ReadonlySet<string>>;
}

function needsOf(declarations: ReadonlyMap<string, Declaration>): Needs {
  const routines = Map.groupBy(
    [...declarations].filter(([, declaration]) => declaration.arity !== undefined),
    ([, declaration]) => declaration.identity.replace(/\(.*$/s, ""),
  );
  const unary = Map.groupBy(
    [...declarations].filter(([, { arity }]) => arity !== undefined && arity.least <= 1 && arity.most >= 1).entries(),
    ([, [, declaration]]) => lastName(declaration),
  );
  const hard = new Map<string, ReadonlySet<string>>();
  const soft = new Map<string, ReadonlySet<string>>();
  for (const [key, declaration] of declarations) {
    const { references, parents } = declaration;
    const found = new Set(parents.map((parent) => parent.key));
    for (const relation of references.relations) found.add(keyOf("view", relation));
    for (const call of references.calls) {
      const callable = (routines.get(call.name) ?? []).filter(([, { arity }]) => fits(call.arguments, arity));
      for (const [other] of callable) found.add(other);
    }
    found.delete(key);
    hard.set(key, new Set([...found].filter((need) => declarations.has(need))));
    const called = [...references.columns].flatMap((name) => unary.get(name) ?? []);
    // In the order of the files, as all else.
    soft.set(key, new Set(called.toSorted(([one], [other]) => one - other).map(([, [other]]) => other)));
  }
  return { hard, soft };
}

function fits(given: number, arity: Declaration["arity"]): boolean {
  return arity === undefined || given === -1 || (given >= arity.least && given <= arity.most);
}

/** sign, of public.sign(text,text). */
function lastName(declaration: Declaration): string {
  const name = declaration.identity.replace(/\(.*$/s, "");
  return name.slice(name.lastIndexOf(".") + 1);
}

function circle(keys: readonly string[], declarations: ReadonlyMap<string, Declaration>): AppError {
  const members = keys.flatMap((key) => declarations.get(key) ?? []);
  const [first] = members;
  const position = first?.statement.source.position(first.statement.start);
  return new AppError("WD414", `${first?.kind} ${first?.identity} needs itself`, {
    detail: members
      .slice(0, -1)
      .map(
        ({ kind, identity, statement }) => `${kind} ${identity} (${place(statement.source.position(statement.start))})`,
      )
      .concat(`${first?.kind} ${first?.identity} again`)
      .join("\nneeds "),
    hint: "break the circle: a routine whose body stands in quotes may call what is defined later",
    position,
    source: first?.statement.source.text,
  });
}
