import { nameKey, type MediaHandler, type QualifiedName, type SchemaCache } from "../../../catalog/index.ts";
import { mediaTypeFailure } from "../failure/index.ts";
import type { MediaType } from "../request/media-type.ts";
import type { Handler } from "./rest-plan.ts";

/** What makes the body, and the media type that it then has: for what accepts anything it is another one. */
export interface Negotiated {
  readonly handler: Handler;
  readonly mediaType: MediaType;
}

export interface Negotiation {
  readonly cache: SchemaCache;
  readonly planEnabled: boolean;
  readonly ndjsonEnabled: boolean;
  /** What the body is made of: a relation, or a function that returns no relation. */
  readonly source: QualifiedName;
  /** All columns as they are: only then a handler of the relation itself can take its rows. */
  readonly hasDefaultSelect: boolean;
  readonly nameOf: (mediaType: MediaType) => string;
}

/** The first accepted media type that can be made. Throws PGRST107. */
export function negotiate(accepts: readonly MediaType[], negotiation: Negotiation): Negotiated {
  for (const accepted of accepts) {
    const found = makerOf(accepted, negotiation);
    if (found !== null) return found;
  }
  throw mediaTypeFailure(accepts.map(negotiation.nameOf));
}

function makerOf(accepted: MediaType, negotiation: Negotiation): Negotiated | null {
  switch (accepted.kind) {
    case "object":
      return { handler: { kind: "json", shape: "object", stripNulls: accepted.stripNulls }, mediaType: accepted };
    case "array":
      return { handler: { kind: "json", shape: "rows", stripNulls: accepted.stripNulls }, mediaType: accepted };
    case "plan": {
      const made = negotiation.planEnabled ? makerOf(accepted.of, negotiation) : null;
      return made === null ? null : { handler: made.handler, mediaType: accepted };
    }
    default:
      return customHandler(accepted, negotiation) ?? builtIn(accepted, negotiation);
  }
}

function builtIn(accepted: MediaType, { ndjsonEnabled }: Negotiation): Negotiated | null {
  switch (accepted.kind) {
    case "json":
    case "any":
      return { handler: { kind: "json", shape: "rows", stripNulls: false }, mediaType: { kind: "json" } };
    case "csv":
    case "geojson":
      return { handler: { kind: accepted.kind }, mediaType: accepted };
    case "ndjson":
      return ndjsonEnabled ? { handler: { kind: "ndjson" }, mediaType: accepted } : null;
    default:
      return null;
  }
}

/** Of the database: the relation's own for anything, then its own for this type, then that of any relation. */
function customHandler(accepted: MediaType, negotiation: Negotiation): Negotiated | null {
  const { cache, source, hasDefaultSelect, nameOf } = negotiation;
  if (cache.mediaHandlers.length === 0) return null;
  const name = nameOf(accepted).toLowerCase();
  const own = cache.mediaHandlers.filter(({ target }) => target !== null && nameKey(target) === nameKey(source));
  const found =
    (hasDefaultSelect ? (own.findLast(makes("*/*")) ?? own.findLast(makes(name))) : undefined) ??
    cache.mediaHandlers.findLast((handler) => handler.target === null && handler.mediaType === name);
  return found === undefined ? null : toNegotiated(found, accepted, name);
}

function makes(name: string): (handler: MediaHandler) => boolean {
  return ({ mediaType }) => mediaType === name;
}

function toNegotiated(found: MediaHandler, accepted: MediaType, name: string): Negotiated {
  const { kind, routine, target, isBinary } = found;
  const handler: Handler =
    kind === "function" ? { kind: "self", isBinary } : { kind: "aggregate", routine, target, isBinary };
  if (found.mediaType === "*/*") return { handler, mediaType: { kind: "octetStream" } };
  // What PostgREST does not know has no charset there.
  return { handler, mediaType: accepted.kind === "ndjson" ? { kind: "other", name } : accepted };
}
