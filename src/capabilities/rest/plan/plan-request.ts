import { nameKey, type QualifiedName, type Relation } from "../../../catalog/index.ts";
import {
  keysetFailure,
  matchFailure,
  maxAffectedRoutineFailure,
  mediaTypeFailure,
  noRelation,
  preferencesFailure,
} from "../failure/index.ts";
import { mediaTypeName } from "../request/index.ts";
import type { RestRequest } from "../request/rest-request.ts";
import type { Condition, ReadNode } from "./read-plan.ts";
import { argumentNames, callArguments, isPost } from "./call.ts";
import { draftTree, type Draft } from "./draft.ts";
import { findRoutine } from "./find-routine.ts";
import { nearestRelation } from "./hint.ts";
import { planKeyset } from "./keyset.ts";
import { planMutation } from "./mutate.ts";
import { negotiate, type Negotiated } from "./negotiate.ts";
import type { PlanContext } from "./plan-context.ts";
import { legacyTargets, placeParameters } from "./place.ts";
import { readFromResult, relateChildren } from "./relate.ts";
import { resolveFields } from "./resolve.ts";
import type { CallPlan, InfoPlan, InspectPlan, MutatePlan, Mutation, ReadPlan, RestPlan } from "./rest-plan.ts";
import { rememberedPlan } from "./remembered.ts";
import { neededColumns } from "./returning.ts";
import { toReadNode } from "./shape.ts";

/** What will be done about a request. Throws RestFailure for what can't be done. */
export function planRequest(request: RestRequest, context: PlanContext): RestPlan {
  return rememberedPlan(request, context, () => makePlan(request, context));
}

function makePlan(request: RestRequest, context: PlanContext): RestPlan {
  const { action } = request;
  refuseMisplaced(request);
  switch (action.kind) {
    case "read":
      return planRead(request, context, action.relation, action.headersOnly);
    case "mutate":
      return planMutate(request, context, action.relation, action.mutation);
    case "call":
      return planCall(request, context, action.routine);
    case "inspect":
      return planInspect(request, action);
    case "info":
      return planInfo(request, context);
  }
}

/** What only some requests can be asked. */
function refuseMisplaced({ action, query }: RestRequest): void {
  if (query.after !== null && action.kind !== "read") throw keysetFailure("only what is read by GET has pages");
  const changes = action.kind === "mutate" && action.mutation === "update";
  if (query.match !== null && !changes) throw matchFailure("only PATCH changes rows by their keys");
}

function planRead(request: RestRequest, context: PlanContext, name: string, headersOnly: boolean): ReadPlan {
  const relation = findRelation(request, context, name);
  const root = planTree(request, context, relation);
  const read = finish(root, request, context);
  const negotiated = negotiateFor(request, context, relation, read);
  refuseInvalidPreferences(request);
  return {
    kind: "read",
    relation: nameOf(relation),
    keyset: planKeyset(request, relation, read, negotiated),
    read,
    ...(headersOnly ? withoutBody(negotiated) : negotiated),
    accessMode: "read only",
    legacyTargets: legacyTargets(root),
    headersOnly,
  };
}

function planMutate(
  request: RestRequest,
  context: PlanContext,
  name: string,
  kind: Parameters<typeof planMutation>[4],
): MutatePlan {
  const relation = findRelation(request, context, name);
  const root = planTree(request, context, relation);
  const read = finish(root, request, context);
  const mutation = planMutation(context.cache, relation, root, request, kind);
  refuseInvalidPreferences(request);
  const negotiated = negotiateFor(request, context, relation, read);
  const { return: wanted } = request.preferences;
  const returnsNothing = wanted === null || wanted === "minimal";
  const returning = returnsNothing ? null : neededColumns(root, readable(relation, context));
  return {
    kind: "mutate",
    relation: nameOf(relation),
    mutation,
    primaryKey: relation.primaryKey,
    returning: withMatched(returning, mutation),
    read,
    ...(wanted === "representation" ? negotiated : withoutBody(negotiated)),
    accessMode: "read write",
    legacyTargets: legacyTargets(root),
  };
}

/** Of the key what may be read: what may not is not asked for, and there is no Location then. */
function readable({ schema, name, primaryKey }: Relation, { permitted }: PlanContext): readonly string[] {
  const columns = permitted?.get(nameKey({ schema, name }));
  return columns === undefined ? primaryKey : primaryKey.filter((column) => columns.has(column));
}

/** What the body is matched by comes back too: what does not was not there. */
function withMatched(returning: readonly string[] | null, mutation: Mutation): readonly string[] | null {
  if (mutation.kind !== "update" || mutation.matched === null || returning?.includes("*") === true) return returning;
  return [...new Set([...(returning ?? []), ...mutation.matched.map(({ name }) => name)])];
}

function planCall(request: RestRequest, context: PlanContext, name: string): CallPlan {
  const { routine, names } = findCalled(request, context, name);
  const { returns, schema } = routine;
  const relation = { schema, name: returns.kind === "composite" ? returns.type.name : routine.name };
  const root = planTree(request, context, relation);
  const read = finish(root, request, context);
  const negotiated = negotiateFor(request, context, relation, read);
  refuseInvalidPreferences(request);
  const { maxAffected, handling } = request.preferences;
  if (maxAffected !== null && handling === "strict" && !returns.isSet) throw maxAffectedRoutineFailure();
  const headersOnly = request.action.kind === "call" && request.action.method === "HEAD";
  return {
    kind: "call",
    routine,
    arguments: callArguments(routine, request, names),
    returning: returnedColumns(root, read),
    read,
    ...(headersOnly ? withoutBody(negotiated) : negotiated),
    accessMode: isPost(request) && routine.volatility === "volatile" ? "read write" : "read only",
    legacyTargets: legacyTargets(root),
    headersOnly,
  };
}

function findCalled({ schema, contentType, ...rest }: RestRequest, { cache }: PlanContext, name: string) {
  const request = { schema, contentType, ...rest };
  const names = argumentNames(request);
  const call = { schema, name, argumentNames: names, isPost: isPost(request), contentType };
  return { routine: findRoutine(cache, call), names };
}

/** Those that the response needs, and those that are filtered by. */
function returnedColumns(root: Draft, read: ReadNode): readonly string[] {
  const needed = neededColumns(root, []);
  if (needed.includes("*") || needed.length === 0) return needed;
  return [...new Set([...needed, ...filteredColumns(read)])];
}

function filteredColumns({ conditions, embeds }: ReadNode): readonly string[] {
  return [...conditions.flatMap(conditionColumns), ...embeds.flatMap(({ node }) => filteredColumns(node))];
}

function conditionColumns(condition: Condition): readonly string[] {
  switch (condition.kind) {
    case "filter":
      return [condition.field.name];
    case "logic":
      return condition.operands.flatMap(conditionColumns);
    case "embedded":
      return [];
  }
}

function planInspect(
  { schema, accepts }: RestRequest,
  { description, headersOnly }: Extract<RestRequest["action"], { kind: "inspect" }>,
): InspectPlan {
  const describes = accepts.some(({ kind }) => kind === "openapi" || kind === "json" || kind === "any");
  if (!describes) throw mediaTypeFailure(accepts.map(mediaTypeName));
  // Browsers show what is plain JSON; Swagger's type is PostgREST's, whatever is asked.
  const isNamed = description === "swagger" || accepts[0]?.kind === "openapi";
  return { kind: "inspect", schema, description, mediaType: { kind: isNamed ? "openapi" : "json" }, headersOnly };
}

/** OPTIONS of a routine asks about the one that a GET with the same arguments would call. */
function planInfo(request: RestRequest, context: PlanContext): InfoPlan {
  const { action, schema } = request;
  const target = action.kind === "info" ? action.target : ({ kind: "root", description: "swagger" } as const);
  const routine = target.kind === "routine" ? findCalled(request, context, target.name).routine : null;
  return { kind: "info", schema, target, routine };
}

function findRelation({ schema }: RestRequest, { cache }: PlanContext, name: string): Relation {
  const relation = cache.relations.get(nameKey({ schema, name }));
  if (relation === undefined) throw noRelation(schema, name, nearestRelation(cache, schema, name));
  return relation;
}

function nameOf({ schema, name }: QualifiedName): QualifiedName {
  return { schema, name };
}

function planTree(request: RestRequest, { cache, settings, permitted }: PlanContext, relation: QualifiedName): Draft {
  const root = draftTree(nameOf(relation), request.query.select);
  placeParameters(root, request, settings.legacyTargetNames);
  if (request.action.kind !== "read") readFromResult(root);
  relateChildren(root, cache, relation.schema);
  // What a function returns needs no privilege on columns.
  const free = request.action.kind === "call" ? root : null;
  resolveFields(root, { cache, permitted, free });
  return root;
}

function finish(root: Draft, { action }: RestRequest, { settings }: PlanContext): ReadNode {
  return toReadNode(root, {
    aggregates: settings.aggregatesEnabled,
    maxRows: action.kind === "mutate" ? null : settings.maxRows,
  });
}

function negotiateFor(
  request: RestRequest,
  { cache, settings }: PlanContext,
  source: QualifiedName,
  { select: [only, second], embeds }: ReadNode,
): Negotiated {
  return negotiate(request.accepts, {
    cache,
    planEnabled: settings.planEnabled,
    ndjsonEnabled: settings.beyond.ndjson,
    source,
    hasDefaultSelect: only?.field.name === "*" && second === undefined && embeds.length === 0,
    nameOf: mediaTypeName,
  });
}

function withoutBody({ mediaType }: Negotiated): Negotiated {
  return { handler: { kind: "none" }, mediaType };
}

function refuseInvalidPreferences({ preferences: { handling, invalid } }: RestRequest): void {
  if (handling === "strict" && invalid.length > 0) throw preferencesFailure(invalid);
}
