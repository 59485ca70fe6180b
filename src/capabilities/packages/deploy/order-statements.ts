import { AppError } from "../../../errors/index.ts";
import { place } from "../../../schema/index.ts";
import { isDrop, isType, type PackageStatement } from "./package-statement.ts";

/**
 * Statements in an order in which they can run: types, then tables file by file, then everything else.
 *
 * Types and domains come in the order of their needs whatever their files, behind what drops and before what speaks of
 * them; a circle is WD646. So do functions, views and triggers; a statement among them that makes nothing keeps its place
 * in its file.
 */
export function orderStatements(statements: readonly PackageStatement[]): readonly PackageStatement[] {
  const types = statements.filter(({ script }) => script.phase === "type");
  const tables = statements.filter(({ script }) => script.phase === "table");
  const others = statements.filter(({ script }) => script.phase !== "type" && script.phase !== "table");
  return [
    ...types.filter(isDrop),
    ...sorted(types.filter(isType), new Map(), refuseCircle),
    ...types.filter((each) => !isDrop(each) && !isType(each)),
    ...tables,
    ...sorted(others, pinned(others), () => {}),
  ];
}

type Needs = ReadonlyMap<PackageStatement, readonly PackageStatement[]>;
type OnCircle = (circle: readonly PackageStatement[]) => void;

/** What is needed first; ties keep the order of the files. */
function sorted(
  statements: readonly PackageStatement[],
  before: Needs,
  onCircle: OnCircle,
): readonly PackageStatement[] {
  const providers = Map.groupBy(statements, ({ provides }) => provides);
  const done = new Set<PackageStatement>();
  const path: PackageStatement[] = [];
  const open = new Set<PackageStatement>();
  const visit = (statement: PackageStatement): void => {
    if (done.has(statement)) return;
    if (open.has(statement)) return onCircle([...path.slice(path.indexOf(statement)), statement]);
    open.add(statement);
    path.push(statement);
    for (const each of before.get(statement) ?? []) visit(each);
    for (const name of statement.mentions) for (const provider of providers.get(name) ?? []) visit(provider);
    path.pop();
    open.delete(statement);
    done.add(statement);
  };
  for (const statement of statements) visit(statement);
  return [...done];
}

/** `drop function f(int)` before a `create function f(text)` of its file has to stay before it. */
function pinned(statements: readonly PackageStatement[]): Needs {
  const files = [...Map.groupBy(statements, ({ script }) => script).values()];
  return new Map(files.flatMap(pinnedInFile));
}

function pinnedInFile(
  statements: readonly PackageStatement[],
): readonly (readonly [PackageStatement, readonly PackageStatement[]])[] {
  let before: readonly PackageStatement[] = [];
  let pin: PackageStatement | undefined;
  return statements.map((statement) => {
    const own = pin === undefined ? [] : [pin];
    if (statement.provides !== undefined) {
      before = [...before, statement];
      return [statement, own];
    }
    const needs = [...own, ...before];
    pin = statement;
    before = [];
    return [statement, needs];
  });
}

function refuseCircle(circle: readonly PackageStatement[]): never {
  const names = circle.map(({ provides }) => provides?.replace("type ", "") ?? "");
  const [first] = circle;
  throw new AppError("WD646", `types need each other in a circle: ${names.join(" needs ")}`, {
    detail: circle
      .slice(0, -1)
      .map(({ statement }, at) => `${names[at]} (${place(statement.source.position(statement.start))})`)
      .join("\n"),
    hint: "make one of them without the other, and add the attribute by alter type afterwards",
    position: first?.statement.source.position(first.statement.start),
    source: first?.statement.source.text,
  });
}
