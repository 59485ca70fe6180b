import { quoteLiteral } from "../../postgres/index.ts";
import { isEqual } from "../equal.ts";
import type { Fact } from "../fact.ts";
import type { Context, Step } from "../kind.ts";
import { ident, nameOf, relationOf } from "../name.ts";

/** What is set on an index, behind a constraint or not; what is absent is as usual. */
export interface IndexSettings {
  /** `fillfactor=70` */
  readonly options?: readonly string[];
  readonly tablespace?: string;
  /** By place of the expression. */
  readonly statistics?: Readonly<Record<string, number>>;
  readonly clustered?: true;
  /** The table's replica identity. */
  readonly replicaIdentity?: true;
  readonly invalid?: true;
  /** Of the index behind a constraint, beside the constraint's own. */
  readonly comment?: string;
}

/** The settings of an index, or of that behind a constraint. */
export function settingsOf(fact: Fact): IndexSettings {
  return fact.kind === "index" ? fact.props : (fact.props["index"] ?? {});
}

/** What CREATE INDEX or ADD CONSTRAINT can't say, once it is made. */
export function settingStatements(fact: Fact): readonly string[] {
  return changes(fact, {}, { ...settingsOf(fact), options: [] }).flatMap((step) => step.statements);
}

/** How one index becomes the other where nothing but settings differs. */
export function settingSteps(from: Fact, to: Fact, context: Context): readonly Step[] {
  const [before, after] = [settingsOf(from), settingsOf(to)];
  return [
    ...optionSteps(to, before, after),
    ...step("tablespace", before.tablespace !== after.tablespace, moved(to, after.tablespace)),
    ...changes(to, before, { ...after, tablespace: before.tablespace } as IndexSettings),
    ...step("cluster", losesCluster(from, to, context), `alter table ${relationOf(to)} set without cluster`),
    ...step("replica identity", losesIdentity(from, to, context), lostIdentity(to)),
  ];
}

/** What has to be said when it goes: Postgres does not forget which index a table was identified by. */
export function releaseStatements(from: Fact, context: Context): readonly string[] {
  const isHeld = from.parent !== null && context.to.facts.has(from.parent);
  return isHeld && losesIdentity(from, undefined, context) ? [lostIdentity(from)] : [];
}

/** Postgres sets no options of the index of a partitioned table. */
export function isFixed(from: Fact, to: Fact): boolean {
  return to.props["partitioned"] === true && differs(settingsOf(from), settingsOf(to), ["options"]);
}

function changes(fact: Fact, before: IndexSettings, after: IndexSettings): readonly Step[] {
  const [name, table] = [ident(fact.name), relationOf(fact)];
  return [
    ...targetSteps(fact, before.statistics ?? {}, after.statistics ?? {}),
    ...step("index comment", before.comment !== after.comment, commented(fact, after.comment)),
    ...step("cluster", isNow(before.clustered, after.clustered), `alter table ${table} cluster on ${name}`),
    ...step(
      "replica identity",
      isNow(before.replicaIdentity, after.replicaIdentity),
      `alter table ${table} replica identity using index ${name}`,
    ),
  ];
}

function commented(fact: Fact, comment: string | undefined): string {
  return `comment on index ${nameOf(fact)} is ${comment === undefined ? "null" : quoteLiteral(comment)}`;
}

function isNow(before: true | undefined, after: true | undefined): boolean {
  return before !== true && after === true;
}

function optionSteps(fact: Fact, before: IndexSettings, after: IndexSettings): readonly Step[] {
  const [old, now] = [before.options ?? [], after.options ?? []];
  const set = now.filter((option) => !old.includes(option));
  const reset = old.map(optionName).filter((name) => !now.map(optionName).includes(name));
  return [
    ...step("options", set.length > 0, `alter index ${nameOf(fact)} set (${set.map(writtenOption).join(", ")})`),
    ...step("options reset", reset.length > 0, `alter index ${nameOf(fact)} reset (${reset.join(", ")})`),
  ];
}

function optionName(option: string): string {
  return option.slice(0, option.indexOf("="));
}

/** `fillfactor = 70`, as WITH takes it. */
export function writtenOption(option: string): string {
  const value = option.slice(option.indexOf("=") + 1);
  return `${optionName(option)} = ${/^(\d+|[a-z]+)$/.test(value) ? value : `'${value.replaceAll("'", "''")}'`}`;
}

function targetSteps(
  fact: Fact,
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
): readonly Step[] {
  const places = Object.keys({ ...before, ...after }).filter((place) => before[place] !== after[place]);
  const lines = places.map((place) => `alter column ${place} set statistics ${after[place] ?? -1}`);
  return step("statistics", lines.length > 0, `alter index ${nameOf(fact)} ${lines.join(", ")}`);
}

function moved(fact: Fact, tablespace: string | undefined): string {
  return `alter index ${nameOf(fact)} set tablespace ${ident(tablespace ?? "pg_default")}`;
}

/** CLUSTER ON another index takes it away by itself. */
function losesCluster(from: Fact, to: Fact, { to: model }: Context): boolean {
  if (settingsOf(from).clustered !== true || settingsOf(to).clustered === true) return false;
  return !siblings(to, model).some((fact) => settingsOf(fact).clustered === true);
}

/** The table says FULL and NOTHING, another index that it is the one: nobody else says DEFAULT. */
function losesIdentity(from: Fact, to: Fact | undefined, { to: model }: Context): boolean {
  if (settingsOf(from).replicaIdentity !== true || (to !== undefined && settingsOf(to).replicaIdentity === true))
    return false;
  const table = model.facts.get(from.parent ?? "");
  const isSaid = table?.props["replicaIdentity"] !== undefined;
  return !isSaid && !siblings(from, model).some((fact) => settingsOf(fact).replicaIdentity === true);
}

function lostIdentity(fact: Fact): string {
  return `alter table ${relationOf(fact)} replica identity default`;
}

function siblings(fact: Fact, model: Context["to"]): readonly Fact[] {
  return (model.parts.get(fact.parent ?? "") ?? []).flatMap((key) => model.facts.get(key) ?? []);
}

function step(aspect: string, isNeeded: boolean, statement: string): readonly Step[] {
  return isNeeded ? [{ aspect, statements: [statement] }] : [];
}

/** True where the two differ in what no statement alters. */
export function differs(from: object, to: object, names: readonly string[]): boolean {
  const [a, b] = [from as Readonly<Record<string, unknown>>, to as Readonly<Record<string, unknown>>];
  return names.some((name) => !isEqual(a[name], b[name]));
}
