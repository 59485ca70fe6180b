import { isUtf8 } from "node:buffer";
import { bodyFailure } from "../failure/index.ts";
import { parseCsv } from "./csv.ts";
import { jsonShape } from "./json-shape.ts";
import type { MediaType } from "./media-type.ts";
import { mediaTypeName } from "./parse-media-type.ts";
import type { Payload } from "./payload.ts";
import { sortedNames } from "./query-parameters.ts";
import { parseParameters } from "./query-string.ts";
import type { RestAction } from "./rest-request.ts";

/** The body of an action that has one, else null. `columns` are those of ?columns=. Throws PGRST102. */
export function parsePayload(
  action: RestAction,
  type: MediaType,
  body: Buffer,
  columns: readonly string[] | null,
): Payload | null {
  if (!hasBody(action)) return null;
  const chosen = action.kind === "mutate" && action.mutation === "upsert" ? null : columns;
  switch (type.kind) {
    case "json":
      return jsonPayload(toText(body), chosen, action.kind === "call");
    case "csv":
      return csvPayload(toText(body));
    case "form":
      return formPayload(body.toString("utf8"), action.kind === "call");
    case "plain":
    case "xml":
    case "octetStream":
      if (action.kind === "call") return { kind: "raw", bytes: body };
      break;
    default:
  }
  throw bodyFailure(`Content-Type not acceptable: ${mediaTypeName(type)}`);
}

function hasBody(action: RestAction): boolean {
  if (action.kind === "call") return action.method === "POST";
  return action.kind === "mutate" && action.mutation !== "delete";
}

function toText(body: Buffer): string {
  if (!isUtf8(body)) throw bodyFailure("Empty or invalid json");
  return body.toString("utf8");
}

const nothing: Payload = { kind: "json", text: "[]", keys: [], isArray: true };

function jsonPayload(text: string, columns: readonly string[] | null, isCall: boolean): Payload {
  if (columns !== null) return { kind: "json", text, keys: columns, isArray: /^[ \t\r\n]*\[/.test(text) };
  if (text === "" && isCall) return { kind: "json", text: "{}", keys: [], isArray: false };
  const shape = jsonShape(text);
  if (shape === null) throw bodyFailure("Empty or invalid json");
  if (shape.kind === "scalar") return nothing;
  if (shape.kind === "object") return { kind: "json", text, keys: sortedNames(shape.keys), isArray: false };
  if (shape.empty) return nothing;
  if (!shape.uniform) throw bodyFailure("All object keys must match");
  return { kind: "json", text, keys: sortedNames(shape.keys), isArray: true };
}

/** Rows as JSON objects; NULL is null. */
function csvPayload(text: string): Payload {
  const csv = parseCsv(text);
  if (csv === null) throw bodyFailure('parse error (not enough input) at ""');
  const { header, rows } = csv;
  if (rows.length === 0) return nothing;
  const width = Math.min(header.length, rows[0]?.length ?? 0);
  if (rows.some((row) => Math.min(header.length, row.length) !== width)) {
    throw bodyFailure("All lines must have same number of fields");
  }
  const keys = header.slice(0, width);
  const objects = rows.map((row) => Object.fromEntries(keys.map((key, index) => [key, csvValue(row[index])])));
  return { kind: "json", text: JSON.stringify(objects), keys: sortedNames(keys), isArray: true };
}

function csvValue(text: string | undefined): string | null {
  return text === undefined || text === "NULL" ? null : text;
}

function formPayload(text: string, isCall: boolean): Payload {
  const fields = parseParameters(text).map(([name, value]): readonly [string, string] => [name, value ?? ""]);
  if (isCall) return { kind: "form", fields };
  const row = Object.fromEntries(fields);
  return { kind: "json", text: JSON.stringify(row), keys: sortedNames(Object.keys(row)), isArray: false };
}
