import type { Fact } from "../fact.ts";
import type { Context, Kind, Step } from "../kind.ts";
import { ident, nameOf, relationOf } from "../name.ts";
import { constraintProbes } from "./constraint-probes.ts";
import { constraintClause } from "./constraint-clause.ts";
import { constraintName, constraintProps } from "./constraint-props.ts";
import { differs, isFixed, releaseStatements, settingSteps, settingStatements } from "./index-settings.ts";
import { isTold, notNullCreation, notNullRemoval, notNullSteps } from "./not-null.ts";
import { goesWithWhole, hasStandingShares, inheritsAllAlong, isInherited, isLetGo, wholeOf } from "./share.ts";
import { attachment, attachmentSteps } from "./table-index.ts";

export { constraintClause };

/** Constraints of tables, with the indexes behind them. */
export const constraint: Kind = {
  kind: "constraint",
  query: "constraint",
  noun: (fact) => `constraint ${ident(constraintName(fact))} on ${relationOf(fact)}`,
  create: (fact, context) => {
    if (comesAlong(fact, context)) return alongName(fact, context);
    if (isNotNull(fact)) return notNullCreation(fact, context);
    return [addition(fact, context), ...indexStatements(fact, context)];
  },
  drop: (fact, context) => {
    if (isNotNull(fact)) return notNullRemoval(fact, context);
    if (goesAlong(fact, context)) return [];
    return [`alter table ${relationOf(fact)} drop constraint ${ident(fact.name)}`, ...releaseStatements(fact, context)];
  },
  alter: (from, to, context) => {
    if (needsRebuilding(from, to, context)) return "rebuild";
    if (isNotNull(to)) return isInherited(to) ? [] : notNullSteps(from, to, context);
    return [
      ...attachmentSteps(from, to, context),
      ...ownershipSteps(from, to, context),
      ...(isInherited(to) ? [] : stateSteps(from, to, context)),
      ...(hasIndex(to) ? settingSteps(from, to, context) : []),
    ];
  },
  // A check that is a child's own as well outlives the parent's.
  follow: ({ from, to, on }, context) => {
    const isOwn = isOwnCheck(from, on) && isOwnCheck(to, on);
    return isOwn || isTakenOver(from, to, on, context) ? "keep" : "rebuild";
  },
  inline: (fact) => (isInlinable(fact) ? "when possible" : "never"),
  slots: (fact) => [
    `constraint ${relationOf(fact)}.${constraintName(fact)}`,
    ...(hasIndex(fact) ? [`relation ${nameOf(fact)}`] : []),
    // A table has one.
    ...(constraintProps(fact).type === "primary key" ? [`primary key ${relationOf(fact)}`] : []),
  ],
  probes: constraintProbes,
  // Those that are inherited are renamed with the one that they come from, but for keys.
  rename: (from, to) =>
    isInherited(to) && !hasIndex(to) && constraintProps(to).type !== "foreign key" ? [] : [renaming(from, to.name)],
  renamesFreely: true,
};

/** A check that its table keeps although the one that it came from goes: another has it, or the table itself. */
function isTakenOver(from: Fact, to: Fact, on: Fact, context: Context): boolean {
  const isCheck = on.kind === "constraint" && constraintProps(from).type === "check";
  const isSame = !differs(constraintProps(from), constraintProps(to), ["type", "definition", "notValid"]);
  const outlives = constraintProps(from).inherited === undefined || isLetGo(from, context);
  return isCheck && isSame && outlives && !context.to.facts.has(on.key);
}

function isOwnCheck(fact: Fact, on: Fact): boolean {
  const isSame = on.kind === "constraint" && !differs(constraintProps(fact), constraintProps(on), ["definition"]);
  return isSame && constraintProps(fact).type === "check" && !isInherited(fact);
}

function addition(fact: Fact, context: Context): string {
  const { partitioned } = constraintProps(fact);
  const only = hasIndex(fact) && partitioned === true && hasStandingShares(fact, context) ? "only " : "";
  return `alter table ${only}${relationOf(fact)}\n  add ${constraintClause(fact)}`;
}

function indexStatements(fact: Fact, context: Context): readonly string[] {
  if (!hasIndex(fact)) return [];
  const { type, index } = constraintProps(fact);
  const moves = type === "exclusion" && index?.tablespace !== undefined;
  return [
    ...(moves ? [`alter index ${nameOf(fact)} set tablespace ${ident(index.tablespace)}`] : []),
    ...attachment(fact, context),
    ...settingStatements(fact),
  ];
}

/** CREATE TABLE takes everything for valid, and says nothing of how rows are told apart or laid out. */
function isInlinable(fact: Fact): boolean {
  const { type, notValid, noInherit, inherited, attached, index = {} } = constraintProps(fact);
  if (notValid === true || inherited === "child" || (type === "foreign key" && attached === true)) return false;
  // The column's own NOT NULL contradicts NO INHERIT, and mostly says it all.
  if (noInherit === true || (type === "not null" && !isTold(fact))) return false;
  const isSet = index.clustered === true || index.replicaIdentity === true || index.comment !== undefined;
  return !isSet && (type !== "exclusion" || index.tablespace === undefined);
}

/**
 * True where the table that it is inherited from brings it: a check comes with the parent's, a foreign key with the partitioned
 * table's. A partition to be has to have the checks before, and foreign keys that bear a name or a comment of their own.
 */
function comesAlong(fact: Fact, context: Context): boolean {
  const { type, inherited, notValid } = constraintProps(fact);
  if (inherited === undefined || hasIndex(fact)) return false;
  const isBorn = inherited === "child" && notValid !== true && context.isMade(fact.parent ?? "");
  if (isBorn || inheritsAllAlong(fact, context)) return true;
  return type === "foreign key" && fact.comment === null && wholeOf(fact, context.to)?.name === fact.name;
}

/** A foreign key comes with the name of the partitioned table's. */
function alongName(fact: Fact, context: Context): readonly string[] {
  const whole = wholeOf(fact, context.to);
  const isOwn = whole !== undefined && whole.name !== fact.name;
  return isOwn ? [renaming({ ...fact, name: whole.name }, fact.name)] : [];
}

function goesAlong(fact: Fact, context: Context): boolean {
  const { type, attached } = constraintProps(fact);
  if (attached === true) return goesWithWhole(fact, context);
  return type !== "foreign key" && !hasIndex(fact) && isInherited(fact) && !isLetGo(fact, context);
}

function needsRebuilding(from: Fact, to: Fact, context: Context): boolean {
  const [before, after] = [constraintProps(from), constraintProps(to)];
  if (isDefinedAnew(from, to)) return true;
  if (before.attached === true && after.attached !== true) return !isLetGo(from, context);
  if (isInherited(to)) return false;
  const invalidated = before.notValid !== true && after.notValid === true;
  if (after.type === "not null") return false;
  const restated = differs(before, after, ["deferrable", "deferred", "notEnforced"]);
  if (after.type === "foreign key") return invalidated && before.notEnforced !== true;
  const isRevived = before.index?.invalid === true && after.index?.invalid !== true && !isFilling(to, context);
  return invalidated || restated || isRevived;
}

function isDefinedAnew(from: Fact, to: Fact): boolean {
  const defining = ["type", "definition", "partitioned", "temporal"];
  return differs(constraintProps(from), constraintProps(to), defining) || (hasIndex(to) && isFixed(from, to));
}

/** True where the index of a partitioned table becomes valid because shares are attached. */
function isFilling(fact: Fact, { from, to }: Context): boolean {
  return [...(to.neededBy.get(fact.key) ?? [])].some((key) => {
    const share = to.facts.get(key);
    return (
      share !== undefined && wholeOf(share, to)?.key === fact.key && from.facts.get(key)?.props["attached"] !== true
    );
  });
}

/** What was inherited and is to be the table's own: saying it again makes it so, unless it is let go anyway. */
function ownershipSteps(from: Fact, to: Fact, context: Context): readonly Step[] {
  const isTaken = constraintProps(from).inherited === "child" && !isInherited(to) && !isLetGo(from, context);
  return isTaken
    ? [{ aspect: "ownership", statements: [`alter table ${relationOf(to)}\n  add ${constraintClause(to)}`] }]
    : [];
}

/** Validity, and what ALTER CONSTRAINT changes of a foreign key. */
function stateSteps(from: Fact, to: Fact, context: Context): readonly Step[] {
  const [before, after] = [constraintProps(from), constraintProps(to)];
  const table = `alter table ${relationOf(to)}`;
  const steps: Step[] = [];
  const probes = constraintProbes(to, context);
  if (before.notEnforced !== after.notEnforced) {
    const enforced = after.notEnforced === true ? "not enforced" : "enforced";
    steps.push({
      aspect: "enforcement",
      statements: [`${table} alter constraint ${ident(to.name)} ${enforced}`],
      probes,
    });
  }
  if (before.deferrable !== after.deferrable || before.deferred !== after.deferred) {
    const when =
      after.deferrable !== true
        ? "not deferrable"
        : after.deferred === true
          ? "deferrable initially deferred"
          : "deferrable initially immediate";
    steps.push({ aspect: "deferral", statements: [`${table} alter constraint ${ident(to.name)} ${when}`] });
  }
  if (before.notValid === true && after.notValid !== true && after.notEnforced !== true) {
    steps.push({ aspect: "validation", statements: [`${table} validate constraint ${ident(to.name)}`], probes });
  }
  return steps;
}

function renaming(fact: Fact, name: string): string {
  return `alter table ${relationOf(fact)} rename constraint ${ident(fact.name)} to ${ident(name)}`;
}

function hasIndex(fact: Fact): boolean {
  return ["primary key", "unique", "exclusion"].includes(constraintProps(fact).type);
}

function isNotNull(fact: Fact): boolean {
  return constraintProps(fact).type === "not null";
}
