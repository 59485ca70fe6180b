import { ident, planDiff, qualified, relationOf, type Action, type Fact } from "../../../diff/index.ts";
import type { OnlineStep } from "../step.ts";
import { adding, dropTemporary, keyOfDefinition } from "./constraint-form.ts";
import { filling } from "./filling.ts";
import { besides, isTemporary, temporaryName, type OnlineForm, type Scene } from "./form.ts";
import { buildingOf } from "./index-form.ts";
import { addingCheck, droppingCheck, nameOfCheck, validatingCheck } from "./not-null-form.ts";
import { shadowOf, underShadow, type Shadow } from "./shadow.ts";
import { whyNotBeside } from "./why-not-beside.ts";

/**
 * A type of a large table's column that has every row written anew: a second column beside it is filled batch after batch,
 * a trigger keeps it in step with what is written meanwhile, and in the transaction it takes the place of the first. The method
 * is pgroll's. What hangs on the column comes along; where something can't, the reason is told.
 */
export function retypeForm(action: Action, scene: Scene): OnlineForm | undefined {
  const { verb, aspect, to } = action;
  if (verb !== "alter" || aspect !== "type" || to?.kind !== "column") return undefined;
  if (!scene.isBig(to) || !scene.isRewriting(to)) return undefined;
  const hanging = hangingOn(to, scene);
  const declined = whyNotBeside(action, hanging, scene);
  if (declined !== undefined) return { transaction: [action], declined };
  const shadow = shadowOf(action);
  const remade = remaking(to, hanging, scene);
  const parts = remade.map((made) => partOf(made, shadow, scene));
  const trigger = besides(to, "trigger", shadow.trigger, scene);
  const column = besides(to, "column", shadow.column.name, scene);
  const check = besides(shadow.column, "constraint", nameOfCheck(shadow.column), scene);
  return {
    before: [
      ...filled(shadow, { column, trigger, stale: staleTriggers(shadow, scene) }),
      ...proved(shadow, check),
      ...parts.flatMap((part) => part.before ?? []),
    ],
    transaction: parts.flatMap((part) => part.transaction ?? []),
    after: parts.flatMap((part) => part.after ?? []),
    uses: [trigger, column, check].flatMap((fact) => fact?.key ?? []).concat(parts.flatMap((part) => part.uses ?? [])),
  };
}

/** What needs the column, and what needs that, where the change itself does not make it again. */
function hangingOn(column: Fact, { wanted, live, actions }: Scene): readonly Fact[] {
  const handled = new Set(actions.flatMap((action) => (action.verb === "create" ? keysOf(action) : [])));
  const found = new Set<string>();
  const visit = (key: string): void => {
    for (const dependent of wanted.neededBy.get(key) ?? []) {
      if (found.has(dependent) || handled.has(dependent) || !live.facts.has(dependent)) continue;
      found.add(dependent);
      visit(dependent);
    }
    for (const part of wanted.parts.get(key) ?? []) if (!handled.has(part) && live.facts.has(part)) found.add(part);
  };
  visit(column.key);
  return [...found].flatMap((key) => wanted.facts.get(key) ?? []);
}

function keysOf({ to, inlined }: Action): readonly string[] {
  return [to, ...inlined].flatMap((fact) => fact?.key ?? []);
}

/** The actions that make the column and all that hangs on it, where there is none of it. */
function remaking(column: Fact, hanging: readonly Fact[], { wanted, role }: Scene): readonly Action[] {
  const gone = new Set([column.key, ...hanging.map(({ key }) => key)]);
  const without = { ...wanted, facts: new Map([...wanted.facts].filter(([key]) => !gone.has(key))) };
  return planDiff(without, wanted, { role }).actions;
}

/** Triggers of a change that was given up, or is made otherwise by now. */
function staleTriggers({ of, trigger }: Shadow, { live }: Scene): readonly Fact[] {
  const parts = (live.parts.get(of.parent ?? "") ?? []).flatMap((key) => live.facts.get(key) ?? []);
  return parts.filter((fact) => fact.kind === "trigger" && isTemporary(fact) && fact.name !== trigger);
}

/** What there is of a second column. */
interface Standing {
  readonly column: Fact | undefined;
  readonly trigger: Fact | undefined;
  readonly stale: readonly Fact[];
}

/** The second column is there, in step, and as full as the first. */
function filled(shadow: Shadow, { column, trigger, stale }: Standing): readonly OnlineStep[] {
  const isMade = column !== undefined && trigger !== undefined;
  if (isMade && column.comment === shadow.mark) return [];
  const object = shadow.of.key;
  const fill = filling(shadow.column, shadow.value, shadow.differs);
  const place = `${relationOf(shadow.column)}.${ident(shadow.column.name)}`;
  const cleanup = [...stale.map(dropTemporary), ...shadow.removal];
  return [
    ...(isMade ? [] : [{ object, statement: shadow.making, cleanup }]),
    { ...fill, object },
    // Once more, and nothing may be left to do: a look at every row.
    { ...fill, object },
    { object, statement: `comment on column ${place} is '${shadow.mark}'` },
  ];
}

function proved({ of, column }: Shadow, check: Fact | undefined): readonly OnlineStep[] {
  if (of.props["notNull"] !== true || (check !== undefined && check.props["notValid"] !== true)) return [];
  const first = check === undefined ? [addingCheck(column)] : [];
  return [...first, validatingCheck(column)].map((step) => ({ ...step, object: of.key }));
}

function partOf(made: Action, shadow: Shadow, scene: Scene): OnlineForm {
  const { to } = made;
  if (to?.kind === "column")
    return { transaction: [{ ...made, verb: "alter", aspect: "type", statements: swap(made, shadow) }] };
  if (to?.kind === "index") return builtIndex(made, to, shadow, scene);
  if (to?.kind !== "constraint") return { transaction: [made] };
  const type = to.props["type"];
  return type === "check" || type === "foreign key" ? notValid(made, to) : builtKey(made, to, shadow, scene);
}

/** All of it in the catalogs alone. */
function swap({ statements, inlined }: Action, shadow: Shadow): readonly string[] {
  const { of, column, removal } = shadow;
  const table = `alter table ${relationOf(of)}`;
  const [name, beside] = [ident(of.name), ident(column.name)];
  const value = inlined.find((fact) => fact.kind === "default" && fact.parent === of.key);
  const [, ...rest] = statements;
  return [
    ...removal.filter((text) => !text.includes(" drop column ")),
    `comment on column ${relationOf(of)}.${beside} is null`,
    `${table} drop column ${name}`,
    `${table} rename column ${beside} to ${name}`,
    ...(value === undefined ? [] : [`${table} alter column ${name} set default ${String(value.props["expression"])}`]),
    ...(of.props["notNull"] === true ? [`${table} alter column ${name} set not null`, droppingCheck(column)] : []),
    ...rest,
  ];
}

function builtIndex(made: Action, to: Fact, shadow: Shadow, scene: Scene): OnlineForm {
  const name = temporaryName(to.name);
  const [creation = "", ...rest] = made.statements;
  const rename = `alter index ${qualified(to.schema, name)} rename to ${ident(to.name)}`;
  const transaction = [{ ...made, statements: [rename, ...rest] }];
  return beforehand(to, underShadow(creation, shadow), { transaction, shadow, scene });
}

function builtKey(made: Action, to: Fact, shadow: Shadow, scene: Scene): OnlineForm {
  const key = underShadow(keyOfDefinition(String(to.props["definition"])) ?? "", shadow);
  const creation = `create unique index x on ${relationOf(to)} ${key}`;
  const transaction = [{ ...made, statements: [adding(to, temporaryName(to.name)), ...made.statements.slice(1)] }];
  return beforehand(to, creation, { transaction, shadow, scene });
}

/** An index under a temporary name; one that stands and is valid was built for this very column. */
function beforehand(
  to: Fact,
  creation: string,
  { transaction, shadow, scene }: { transaction: readonly Action[]; shadow: Shadow; scene: Scene },
): OnlineForm {
  const held = besides(to, "index", temporaryName(to.name), scene);
  const isBuilt =
    held !== undefined &&
    held.props["invalid"] !== true &&
    String(held.props["definition"]).includes(ident(shadow.column.name));
  return {
    before: isBuilt ? [] : [{ ...buildingOf(to, temporaryName(to.name), creation), object: shadow.of.key }],
    transaction,
    uses: held === undefined ? [] : [held.key],
  };
}

/** It held for the old values; that it does for the new ones shows behind the transaction. */
function notValid(made: Action, to: Fact): OnlineForm {
  const [addition = "", ...rest] = made.statements;
  if (to.props["notValid"] === true || to.props["notEnforced"] === true) return { transaction: [made] };
  return {
    transaction: [{ ...made, statements: [`${addition} not valid`, ...rest] }],
    after: [{ object: to.key, statement: `alter table ${relationOf(to)} validate constraint ${ident(to.name)}` }],
  };
}
