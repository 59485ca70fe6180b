import { RestFailure } from "./rest-failure.ts";

/** PGRST100: a parameter of the query string can't be parsed. */
export function queryFailure(message: string, details: string): RestFailure {
  return new RestFailure(400, "PGRST100", message, { details });
}

/** PGRST101: a routine is called by another method than GET, HEAD and POST. */
export function routineMethodFailure(method: string): RestFailure {
  return new RestFailure(405, "PGRST101", `Cannot use the ${method} method on RPC`);
}

/** PGRST102: the body is not what its Content-Type says. */
export function bodyFailure(message: string): RestFailure {
  return new RestFailure(400, "PGRST102", message);
}

/** A body that is longer than the server reads. PostgREST has no such limit, and therefore no code. */
export function bodyTooLarge(maxBytes: number): RestFailure {
  return new RestFailure(413, "PGRST102", "Request body too large", { details: `At most ${maxBytes} bytes are read.` });
}

/** PGRST103: a range that no result can have. */
export function rangeFailure(reason: "negativeLimit" | "lowerAboveUpper"): RestFailure {
  const details =
    reason === "negativeLimit"
      ? "Limit should be greater than or equal to zero."
      : "The lower boundary must be lower than or equal to the upper boundary in the Range header.";
  return new RestFailure(416, "PGRST103", "Requested range not satisfiable", { details });
}

/** PGRST103: an offset behind the last row. */
export function outOfBounds(offset: number | string, total: number | string): RestFailure {
  const details = `An offset of ${offset} was requested, but there are only ${total} rows.`;
  return new RestFailure(416, "PGRST103", "Requested range not satisfiable", { details });
}

/** PGRST105: a PUT whose filters are not exactly the primary key. */
export function keyFilterFailure(): RestFailure {
  const message = "Filters must include all and only primary key columns with 'eq' operators";
  return new RestFailure(405, "PGRST105", message);
}

/** PGRST106: a profile that is not exposed. */
export function profileFailure(schema: string, exposed: readonly string[]): RestFailure {
  const hint = `Only the following schemas are exposed: ${exposed.join(", ")}`;
  return new RestFailure(406, "PGRST106", `Invalid schema: ${schema}`, { hint });
}

/** PGRST107: nothing that the request accepts can be made. */
export function mediaTypeFailure(accepted: readonly string[]): RestFailure {
  return new RestFailure(406, "PGRST107", `None of these media types are available: ${accepted.join(", ")}`);
}

/** PGRST108: a filter on a resource that is not embedded, or that has the alias instead of its name. */
export function notEmbedded(resource: string, alias: string | null = null): RestFailure {
  const message = `'${resource}' is not an embedded resource in this request`;
  if (alias === null) {
    const hint = `Verify that '${resource}' is included in the 'select' query parameter.`;
    return new RestFailure(400, "PGRST108", message, { hint });
  }
  return new RestFailure(400, "PGRST108", message, {
    details: "Target names are not allowed in filters if they have an alias",
    hint: `Change '${resource}' to '${alias}' in filters, orders or limits.`,
  });
}

/** PGRST111: what a function left in response.headers. */
export function responseHeadersFailure(): RestFailure {
  const message = "response.headers guc must be a JSON array composed of objects with a single key and a string value";
  return new RestFailure(500, "PGRST111", message);
}

/** PGRST112: what a function left in response.status. */
export function responseStatusFailure(): RestFailure {
  return new RestFailure(500, "PGRST112", "response.status guc must be a valid status code");
}

/** PGRST114: a PUT with a limit or an offset. */
export function putRangeFailure(): RestFailure {
  return new RestFailure(400, "PGRST114", "limit/offset querystring parameters are not allowed for PUT");
}

/** PGRST115: a PUT whose body has another key than its URL. */
export function putKeyFailure(): RestFailure {
  return new RestFailure(400, "PGRST115", "Payload values do not match URL in primary key column(s)");
}

/** PGRST116: one object was asked for, and there are none or several. */
export function notSingular(rows: number | string): RestFailure {
  const details = `The result contains ${rows} rows`;
  return new RestFailure(406, "PGRST116", "Cannot coerce the result to a single JSON object", { details });
}

/** PGRST117: a method that the interface does not have. */
export function methodFailure(method: string): RestFailure {
  return new RestFailure(405, "PGRST117", `Unsupported HTTP method: ${method}`);
}

/** PGRST118: an order by a resource that is not to-one. */
export function relatedOrderFailure(origin: string, target: string): RestFailure {
  return new RestFailure(400, "PGRST118", `A related order on '${target}' is not possible`, {
    details: `'${origin}' and '${target}' do not form a many-to-one or one-to-one relationship`,
  });
}

/** PGRST122: preferences that nobody knows, under handling=strict. */
export function preferencesFailure(invalid: readonly string[]): RestFailure {
  const details = `Invalid preferences: ${invalid.join(", ")}`;
  return new RestFailure(400, "PGRST122", "Invalid preferences given with handling=strict", { details });
}

/** PGRST123: aggregates where the settings don't allow them. */
export function aggregatesFailure(): RestFailure {
  return new RestFailure(400, "PGRST123", "Use of aggregate functions is not allowed");
}

/** PGRST124: more rows than max-affected. */
export function maxAffectedFailure(rows: number | string): RestFailure {
  return new RestFailure(400, "PGRST124", "Query result exceeds max-affected preference constraint", {
    details: `The query affects ${rows} rows`,
  });
}

/** PGRST125: a path with more parts than the interface has. */
export function pathFailure(): RestFailure {
  return new RestFailure(404, "PGRST125", "Invalid path specified in request URL");
}

/** PGRST126: the root, where its description is switched off. */
export function rootDisabled(): RestFailure {
  return new RestFailure(404, "PGRST126", "Root endpoint metadata is disabled");
}

/** PGRST127: what the grammar allows and nobody has built. */
export function notImplemented(details: string): RestFailure {
  return new RestFailure(400, "PGRST127", "Feature not implemented", { details });
}

/** PGRST128: max-affected on a routine that returns one value. */
export function maxAffectedRoutineFailure(): RestFailure {
  const message = "Function must return SETOF or TABLE when max-affected preference is used with handling=strict";
  return new RestFailure(400, "PGRST128", message);
}
