import { notEmbedded } from "../failure/index.ts";
import type { EmbedPath, RestRequest } from "../request/rest-request.ts";
import { targetName, type Draft } from "./draft.ts";

/**
 * Lays filters, logic, orders and limits at the resources that they name. Throws PGRST108.
 *
 * Those of the resource itself belong to the mutation where the request writes; limits of embedded ones are ignored
 * there. Of several orders of one resource the first one counts.
 */
export function placeParameters(root: Draft, request: RestRequest, legacyNames: boolean): void {
  const { query, action } = request;
  const writes = action.kind === "mutate";
  const at = (path: EmbedPath): Draft => findTarget(root, path, legacyNames);
  for (const { path, filter } of query.filters.toReversed()) {
    if (!writes || path.length > 0) at(path).filters.unshift(filter);
  }
  for (const { path, terms } of query.order.toReversed()) at(path).orderTerms = terms;
  for (const { path, fields } of query.distinct.toReversed()) at(path).distinctFields = fields;
  if (!writes) {
    for (const { path, range } of query.ranges) if (path.length > 0) at(path).range = range;
    root.range = request.range;
  }
  for (const { path, tree } of query.logic.toReversed()) {
    if (!writes || path.length > 0) at(path).logic.unshift(tree);
  }
}

/** A resource that is named moves in front of its siblings: clients see its column there. */
function findTarget(root: Draft, path: EmbedPath, legacyNames: boolean): Draft {
  let node = root;
  for (const name of path) {
    const child =
      node.children.find((each) => targetName(each) === name || (legacyNames && each.name === name)) ??
      refuse(node, name, legacyNames);
    if (child.alias !== null && child.name === name && child.alias !== name) child.isLegacyTarget = true;
    node.children = [child, ...node.children.filter((each) => each !== child)];
    node = child;
  }
  return node;
}

function refuse(node: Draft, name: string, legacyNames: boolean): never {
  const renamed = legacyNames ? undefined : node.children.find((each) => each.name === name);
  throw notEmbedded(name, renamed?.alias ?? null);
}

/** The resources that were named by another name than their alias, for the response's warning. */
export function legacyTargets(root: Draft): readonly { readonly name: string; readonly alias: string }[] {
  const own = root.isLegacyTarget && root.alias !== null ? [{ name: root.name, alias: root.alias }] : [];
  return [...own, ...root.children.flatMap(legacyTargets)];
}
