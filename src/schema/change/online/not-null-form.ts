import { ident, relationOf, type Action, type Fact } from "../../../diff/index.ts";
import type { OnlineStep } from "../step.ts";
import { filling } from "./filling.ts";
import { besides, temporaryName, type OnlineForm, type Scene } from "./form.ts";

/**
 * NOT NULL on a column of a large table: a check of the same meaning is made and validated ahead of the transaction, where
 * Postgres then takes its word for it instead of looking at every row.
 */
export function notNullForm(action: Action, scene: Scene): OnlineForm | undefined {
  const { verb, aspect, to } = action;
  if (verb !== "alter" || aspect !== "not null" || to?.kind !== "column" || !scene.isBig(to)) return undefined;
  const set = action.statements.at(-1) ?? "";
  if (!set.endsWith(" set not null") || !scene.isSettled(to)) return undefined;
  const check = besides(to, "constraint", nameOfCheck(to), scene);
  const isProved = check !== undefined && check.props["notValid"] !== true;
  return {
    before: isProved ? [] : ahead(action, to, check),
    transaction: [{ ...action, statements: [set, droppingCheck(to)] }],
    uses: check === undefined ? [] : [check.key],
  };
}

function ahead({ statements }: Action, to: Fact, check: Fact | undefined): readonly OnlineStep[] {
  const value = statements.length === 2 ? valueOfFill(statements[0] ?? "", to) : undefined;
  const fill = value === undefined ? [] : [filling(to, value)];
  const first = check === undefined ? [...fill, addingCheck(to)] : [];
  // Once more: rows may have come while the first ones were filled.
  return [...first, ...fill, validatingCheck(to)];
}

/** `update t set c = value where c is null` → `value` */
function valueOfFill(statement: string, to: Fact): string | undefined {
  const [head, tail] = [`update ${relationOf(to)} set ${ident(to.name)} = `, ` where ${ident(to.name)} is null`];
  const isFill = statement.startsWith(head) && statement.endsWith(tail);
  return isFill ? statement.slice(head.length, -tail.length) : undefined;
}

/** All that makes a column not null whose rows have been filled by then. */
export function settingNotNull(to: Fact, fill: OnlineStep): readonly OnlineStep[] {
  return [
    addingCheck(to),
    fill,
    validatingCheck(to),
    { object: to.key, statement: `alter table ${relationOf(to)} alter column ${ident(to.name)} set not null` },
    { object: to.key, statement: droppingCheck(to) },
  ];
}

/** The name of the check that says NOT NULL of a column for as long as it is proved. */
export function nameOfCheck(column: Fact): string {
  return temporaryName(`${column.relation ?? ""}_${column.name}_not_null`);
}

/** New rows keep to it from here on. */
export function addingCheck(to: Fact): OnlineStep {
  const name = ident(nameOfCheck(to));
  return {
    object: to.key,
    statement: `alter table ${relationOf(to)}\n  add constraint ${name} check (${ident(to.name)} is not null) not valid`,
  };
}

/** All rows do. */
export function validatingCheck(to: Fact): OnlineStep {
  return { object: to.key, statement: `alter table ${relationOf(to)} validate constraint ${ident(nameOfCheck(to))}` };
}

/** The statement that takes it away. */
export function droppingCheck(to: Fact): string {
  return `alter table ${relationOf(to)} drop constraint if exists ${ident(nameOfCheck(to))}`;
}
