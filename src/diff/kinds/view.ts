import { isEqual } from "../equal.ts";
import type { Fact } from "../fact.ts";
import type { Context, Kind, Step } from "../kind.ts";
import { ident, nameOf } from "../name.ts";
import { changedOptions, withOptions, type RelationOptions } from "../relation-options.ts";

interface ViewProps {
  /** pg_get_viewdef: the query alone; its columns bear the view's names. */
  readonly definition: string;
  readonly columns: readonly ViewColumn[];
  readonly options: RelationOptions;
}

interface ViewColumn {
  readonly name: string;
  readonly type: string;
  /** Null: that of the type. */
  readonly collation: string | null;
}

interface MaterializedViewProps extends ViewProps {
  readonly accessMethod: string;
  /** State rather than definition: one that is empty where rows are wanted is refreshed, one that has rows keeps them. */
  readonly populated: boolean;
}

/** Views, recursive ones as well. */
export const view: Kind = {
  kind: "view",
  query: "view",
  noun: (fact) => `view ${nameOf(fact)}`,
  grantNoun: (fact) => `table ${nameOf(fact)}`,
  create: (fact) => [`create ${definitionOf(fact)}`],
  drop: (fact) => [`drop view ${nameOf(fact)}`],
  alter: (from, to) => {
    const [before, after] = [viewProps(from), viewProps(to)];
    if (!extendsColumns(before.columns, after.columns)) return "rebuild";
    if (before.definition !== after.definition || !isEqual(before.columns, after.columns)) {
      // Its options are replaced as well; comment, privileges, defaults of columns, triggers and rules stay.
      return [{ aspect: "definition", statements: [`create or replace ${definitionOf(to)}`] }];
    }
    return optionSteps(`alter view ${nameOf(to)}`, before, after);
  },
  slots: slotsOf,
  rename: (from, to) => renameStatements("view", from, to),
};

/** Its row type is a type of its name. */
function slotsOf(fact: Fact): readonly string[] {
  return [`relation ${nameOf(fact)}`, `type ${nameOf(fact)}`];
}

function definitionOf(fact: Fact): string {
  const { definition, options } = viewProps(fact);
  return `view ${nameOf(fact)}${withOptions(options)} as\n${definition}`;
}

/** CREATE OR REPLACE VIEW takes new columns at the end only. */
function extendsColumns(from: readonly ViewColumn[], to: readonly ViewColumn[]): boolean {
  return from.length <= to.length && from.every((column, index) => isEqual(column, to[index]));
}

/**
 * Materialized views. A new query means a new one: its rows are computed again, which takes as long as the query, with
 * its readers locked out; its indexes are parts and come back.
 */
export const materializedView: Kind = {
  kind: "materialized view",
  query: "view",
  noun: (fact) => `materialized view ${nameOf(fact)}`,
  grantNoun: (fact) => `table ${nameOf(fact)}`,
  create: (fact, context) => {
    const { accessMethod, options, definition } = materializedProps(fact);
    const using = accessMethod === "heap" ? "" : ` using ${ident(accessMethod)}`;
    const data = wantsRows(fact, context) ? "" : "\nwith no data";
    return [`create materialized view ${nameOf(fact)}${using}${withOptions(options)} as\n${definition}${data}`];
  },
  drop: (fact) => [`drop materialized view ${nameOf(fact)}`],
  alter: (from, to) => {
    const [before, after] = [materializedProps(from), materializedProps(to)];
    if (before.definition !== after.definition || !isEqual(before.columns, after.columns)) return "rebuild";
    const alter = `alter materialized view ${nameOf(to)}`;
    const method = `${alter} set access method ${ident(after.accessMethod)}`;
    return [
      ...(before.accessMethod === after.accessMethod ? [] : [{ aspect: "access method", statements: [method] }]),
      ...optionSteps(alter, before, after),
      ...(before.populated || !after.populated ? [] : [refresh(to)]),
    ];
  },
  slots: slotsOf,
  rename: (from, to) => renameStatements("materialized view", from, to),
};

/** One that is made again has rows where the old one had, even if it was declared `with no data`. */
function wantsRows(fact: Fact, { from }: Context): boolean {
  const before = from.facts.get(fact.key);
  const had = before?.kind === fact.kind && materializedProps(before).populated;
  return had || materializedProps(fact).populated;
}

function refresh(fact: Fact): Step {
  return { aspect: "rows", statements: [`refresh materialized view ${nameOf(fact)}`] };
}

function optionSteps(alter: string, from: ViewProps, to: ViewProps): readonly Step[] {
  const statements = changedOptions(from.options, to.options).map((change) => `${alter} ${change}`);
  return statements.length === 0 ? [] : [{ aspect: "options", statements }];
}

function renameStatements(word: string, from: Fact, to: Fact): readonly string[] {
  const moved = { ...from, schema: to.schema };
  return [
    ...(from.schema === to.schema ? [] : [`alter ${word} ${nameOf(from)} set schema ${ident(to.schema ?? "")}`]),
    ...(from.name === to.name ? [] : [`alter ${word} ${nameOf(moved)} rename to ${ident(to.name)}`]),
  ];
}

function viewProps(fact: Fact): ViewProps {
  return fact.props as unknown as ViewProps;
}

function materializedProps(fact: Fact): MaterializedViewProps {
  return fact.props as unknown as MaterializedViewProps;
}
