import { keyOf, type Fact } from "../fact.ts";
import type { Context, Step } from "../kind.ts";
import { ident, relationOf } from "../name.ts";
import { constraintClause } from "./constraint-clause.ts";
import { constraintName, constraintProps } from "./constraint-props.ts";
import { heirsOf, inheritancesOf } from "./lineage.ts";

/*
 * NOT NULL as a constraint (18). Whoever makes a column or changes it says NOT NULL and no more: Postgres makes the constraint
 * and gives it a name. Where more is wanted, that one is made into it; where less is, it is made what it is by default.
 */

/** Makes what the column says the constraint that is wanted. */
export function notNullCreation(fact: Fact, context: Context): readonly string[] {
  const { noInherit, notValid } = constraintProps(fact);
  const table = `alter table ${relationOf(fact)}`;
  if (notValid === true) {
    const instead = isNullable(fact, context) ? "" : `\n  drop constraint ${ident(defaultName(fact))},`;
    return [`${table}${instead}\n  add ${constraintClause(fact)}`];
  }
  return [
    ...renaming(fact, defaultName(fact), context),
    ...(noInherit === true ? [`${table} alter constraint ${ident(constraintName(fact))} no inherit`] : []),
  ];
}

/** True where the column stands and has not been NOT NULL: it is left to the constraint. */
function isNullable(fact: Fact, { from }: Context): boolean {
  const column = from.facts.get(keyOf({ ...fact, kind: "column", name: columnOf(fact) }));
  return column !== undefined && column.props["notNull"] !== true;
}

/** Makes of it what the column says; nothing where it does not say so any longer. */
export function notNullRemoval(fact: Fact, context: Context): readonly string[] {
  const { noInherit, notValid, inherited } = constraintProps(fact);
  const isStill =
    context.to.facts.get(keyOf({ ...fact, kind: "column", name: columnOf(fact) }))?.props["notNull"] === true;
  if (!isStill || (inherited !== undefined && inheritancesOf(fact.parent ?? "", context.to).length > 0)) return [];
  const [table, name] = [`alter table ${relationOf(fact)}`, constraintName(fact)];
  return [
    ...(noInherit === true ? [`${table} alter constraint ${ident(name)} inherit`] : []),
    ...(notValid === true ? [`${table} validate constraint ${ident(name)}`] : []),
    ...renaming({ ...fact, props: { ...fact.props, name: defaultName(fact), inherited: undefined } }, name, context),
  ];
}

/** Name, validation and inheritance of one that stands. */
export function notNullSteps(from: Fact, to: Fact, context: Context): readonly Step[] {
  const [before, after] = [constraintProps(from), constraintProps(to)];
  const alter = `alter table ${relationOf(to)}`;
  const name = ident(constraintName(to));
  const inherit = after.noInherit === true ? "no inherit" : "inherit";
  if (before.notValid !== true && after.notValid === true) {
    const old = ident(constraintName(from));
    return step("validation", [`${alter}\n  drop constraint ${old},\n  add ${constraintClause(to)}`]);
  }
  return [
    ...step("name", renaming(to, constraintName(from), context)),
    ...step(
      "validation",
      before.notValid === true && after.notValid !== true ? [`${alter} validate constraint ${name}`] : [],
    ),
    ...step(
      "inheritance",
      before.noInherit === after.noInherit ? [] : [`${alter} alter constraint ${name} ${inherit}`],
    ),
  ];
}

/** True where it is told apart from what Postgres makes of the column's NOT NULL. */
export function isTold(fact: Fact): boolean {
  return constraintName(fact) !== defaultName(fact);
}

/** What a NOT NULL is called once it is made, changed, or no longer told apart. */
export function nameToBe(from: Fact | undefined, to: Fact | undefined): string | undefined {
  const fact = to ?? from;
  if (fact === undefined || constraintProps(fact).type !== "not null") return undefined;
  return to === undefined ? defaultName(fact) : constraintName(to);
}

/** What it has been called until then. */
export function nameThatWas(from: Fact | undefined, to: Fact | undefined): string | undefined {
  const fact = from ?? to;
  if (fact === undefined || constraintProps(fact).type !== "not null") return undefined;
  return from === undefined ? defaultName(fact) : constraintName(from);
}

/** Postgres renames it in all heirs at once, where all call it the same; else it keeps the name that it has. */
function renaming(fact: Fact, from: string, context: Context): readonly string[] {
  const to = constraintName(fact);
  const { inherited, merged } = constraintProps(fact);
  if (from === to || inherited !== undefined || merged === true || !isShared(fact, from, context)) return [];
  return [`alter table ${relationOf(fact)} rename constraint ${ident(from)} to ${ident(to)}`];
}

function isShared(fact: Fact, name: string, { from: model }: Context): boolean {
  return heirsOf(fact.parent ?? "", model).every(({ schema, relation }) => {
    const heir = model.facts.get(keyOf({ ...fact, schema, relation }));
    return (heir === undefined ? notNullName(relation ?? "", columnOf(fact)) : constraintName(heir)) === name;
  });
}

function step(aspect: string, statements: readonly string[]): readonly Step[] {
  return statements.length === 0 ? [] : [{ aspect, statements }];
}

/** The name that Postgres gives, unless somebody else has it: `account_email_not_null`, shortened to 63 bytes. */
export function notNullName(relation: string, column: string): string {
  const room = 63 - "__not_null".length;
  const [first, second] = [Buffer.byteLength(relation), Buffer.byteLength(column)];
  const secondRoom = Math.min(second, Math.max(room >> 1, room - first));
  return `${clipped(relation, room - secondRoom)}_${clipped(column, secondRoom)}_not_null`;
}

function defaultName(fact: Fact): string {
  return notNullName(fact.relation ?? "", columnOf(fact));
}

function columnOf(fact: Fact): string {
  return constraintProps(fact).columns?.[0] ?? "";
}

/** The longest beginning of whole characters. */
export function clipped(text: string, maxBytes: number): string {
  let clip = "";
  for (const character of text) {
    if (Buffer.byteLength(clip + character) > maxBytes) break;
    clip += character;
  }
  return clip;
}
