import { keyOf, type Action, type Fact } from "../../../diff/index.ts";
import type { Scene } from "./form.ts";
import { isTemporary } from "./form.ts";
import { typeOf } from "./shadow.ts";

/**
 * Why a column's type is changed in one go although the table is large, as people say it: `it is an identity column`;
 * undefined where a second column can take its place.
 */
export function whyNotBeside(action: Action, hanging: readonly Fact[], scene: Scene): string | undefined {
  const { from, to, statements } = action;
  if (from === undefined || to === undefined) return "it is new";
  const standing = scene.live.facts.get(to.key);
  if (standing === undefined || standing.props["type"] !== from.props["type"]) return "it gets another name as well";
  if (statements.length !== 1 || typeOf(statements[0] ?? "", to) === "") return "its type is made again";
  return (
    aboutTable(to, scene) ??
    aboutChange(action, to, scene) ??
    aboutColumn(standing, hanging) ??
    aboutHanging(to, hanging, scene)
  );
}

function aboutTable(column: Fact, { live }: Scene): string | undefined {
  const key = tableKey(column);
  const parts = (live.parts.get(key) ?? []).flatMap((part) => live.facts.get(part) ?? []);
  const table = live.facts.get(key);
  if (table?.props["partitionKey"] !== undefined) return "its table is partitioned";
  const isHeir = parts.some(({ kind }) => kind === "inheritance");
  const heirs = [...(live.neededBy.get(key) ?? [])].some((dependent) => dependent.startsWith("inheritance "));
  if (isHeir || heirs) return "its table inherits, or is inherited from";
  const fires = parts.find((fact) => (fact.kind === "trigger" || fact.kind === "rule") && !isTemporary(fact));
  if (fires !== undefined) return `${fires.kind} ${fires.name} would fire for every row`;
  return table?.props["forceRowSecurity"] === true ? "row security hides rows from the owner" : undefined;
}

/** What else is to become of the column, or of its type. */
function aboutChange(action: Action, column: Fact, { actions, wanted, live }: Scene): string | undefined {
  const others = actions.filter((other) => other !== action);
  const isRetype = (other: Action): boolean =>
    other.verb === "alter" && other.aspect === "type" && other.to?.parent === column.parent;
  if (others.some(isRetype)) return "another column of the table changes its type as well";
  const computed = others.find(
    ({ verb, to }) => verb === "create" && to?.parent === column.parent && to?.props["generated"] !== undefined,
  );
  if (computed !== undefined) return `column ${computed.to?.name ?? ""} is computed anew`;
  const more = others.find(({ from, to }) => from?.key === column.key || to?.key === column.key);
  if (more !== undefined) return `its ${more.aspect === "" ? "definition" : more.aspect} changes as well`;
  const isNew = [...(wanted.needs.get(column.key) ?? [])].some((key) => !live.facts.has(key));
  return isNew ? "its type is made in the same change" : undefined;
}

function aboutColumn(column: Fact, hanging: readonly Fact[]): string | undefined {
  if (column.props["generated"] !== undefined) return "it is generated";
  if ((column.acl ?? []).length > 0) return "it has privileges of its own";
  const kinds = new Set(hanging.map(({ kind }) => kind));
  if (kinds.has("identity")) return "it is an identity column";
  return kinds.has("sequence") ? "a sequence belongs to it" : undefined;
}

const along: ReadonlySet<string> = new Set(["index", "constraint", "default", "statistics"]);

function aboutHanging(column: Fact, hanging: readonly Fact[], scene: Scene): string | undefined {
  const { live, wanted, actions } = scene;
  const foreign = hanging.find(
    ({ parent, kind }) => parent !== column.parent && kind !== "default" && kind !== "statistics",
  );
  if (foreign !== undefined) return `${foreign.kind} ${foreign.name} of ${foreign.relation ?? "another"} stands on it`;
  const other = hanging.find(
    ({ kind, props }) => !along.has(kind) || props["type"] === "exclusion" || props["type"] === "not null",
  );
  if (other !== undefined) return `${other.kind} ${other.name} stands on it`;
  const changed = hanging.find(({ key }) => actions.some(({ from, to }) => from?.key === key || to?.key === key));
  if (changed !== undefined) return `${changed.kind} ${changed.name} changes as well`;
  const dropped = new Set(actions.flatMap(({ verb, from }) => (verb === "drop" ? [from?.key ?? ""] : [])));
  const byHand = [...(live.neededBy.get(column.key) ?? [])]
    .flatMap((key) => live.facts.get(key) ?? [])
    .find((fact) => !wanted.facts.has(fact.key) && !dropped.has(fact.key) && !isTemporary(fact));
  return byHand === undefined ? undefined : `${byHand.kind} ${byHand.name}, which is in no file, stands on it`;
}

function tableKey({ schema, relation }: Fact): string {
  return keyOf({ kind: "table", schema, relation: null, name: relation ?? "", args: null });
}
