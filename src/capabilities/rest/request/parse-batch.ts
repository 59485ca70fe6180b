import { isUtf8 } from "node:buffer";
import { batchFailure } from "../failure/index.ts";
import { jsonShape } from "./json-shape.ts";
import type { HttpRequest } from "./parse-request.ts";

/** What the batch says of all its requests, and each of its requests for itself. */
const ownHeaders: ReadonlySet<string> = new Set([
  "accept",
  "accept-profile",
  "content-length",
  "content-profile",
  "content-type",
  "prefer",
  "range",
  "transfer-encoding",
]);

/** What a server of HTTP takes as a head: a name in it would else be as long as a body. */
const maxPathLength = 64 * 1024;

const methods: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]);
const known: ReadonlySet<string> = new Set(["method", "path", "headers", "body"]);

/** The requests of a batch, as HTTP would have brought each: [{"method", "path", "headers", "body"}]. Throws WD676. */
export function parseBatch({ body, headers }: HttpRequest, maxRequests: number): readonly HttpRequest[] {
  const items = parsed(body);
  if (items.length > maxRequests)
    throw batchFailure(`it has ${items.length} requests, ${maxRequests} at most are read`);
  const shared = Object.fromEntries(Object.entries(headers).filter(([name]) => !ownHeaders.has(name)));
  return items.map((item, index) => toRequest(item, index, shared));
}

/** Numbers stay the digits that they are: values are Postgres's to read. */
function parsed(body: Buffer): readonly unknown[] {
  const text = isUtf8(body) ? body.toString("utf8") : "";
  const shape = jsonShape(text);
  if (shape?.kind !== "array") throw batchFailure("its body is no JSON array");
  const exact = (_: string, value: unknown, context?: { readonly source?: string }): unknown =>
    typeof value === "number" && context?.source !== undefined ? rawJson(context.source) : value;
  return JSON.parse(text, exact) as readonly unknown[];
}

/** Of ECMAScript 2026: a text that JSON.stringify writes as it is. */
const { rawJSON: rawJson, isRawJSON: isRawJson } = JSON as unknown as {
  readonly rawJSON: (text: string) => unknown;
  readonly isRawJSON: (value: unknown) => boolean;
};

function toRequest(item: unknown, index: number, shared: HttpRequest["headers"]): HttpRequest {
  const { method, path, headers, body } = members(item, index);
  if (typeof method !== "string" || !methods.has(method)) {
    throw batchFailure(`request ${index} has no method of ${[...methods].join(", ")}`);
  }
  if (typeof path !== "string" || !path.startsWith("/")) throw batchFailure(`request ${index} has no path "/…"`);
  if (path.length > maxPathLength)
    throw batchFailure(`the path of request ${index} has more than ${maxPathLength} characters`);
  const own = ownOf(headers, index);
  return { method, url: path, headers: { ...shared, ...own }, body: bodyOf(body, own["content-type"]) };
}

function members(item: unknown, index: number): Readonly<Record<string, unknown>> {
  if (typeof item !== "object" || item === null || Array.isArray(item) || isRawJson(item)) {
    throw batchFailure(`request ${index} is no object`);
  }
  const unknown = Object.keys(item).find((name) => !known.has(name));
  if (unknown !== undefined)
    throw batchFailure(`request ${index} has "${unknown}", which is none of ${[...known].join(", ")}`);
  return item as Readonly<Record<string, unknown>>;
}

function ownOf(headers: unknown, index: number): Readonly<Record<string, string>> {
  if (headers === undefined) return {};
  const isMap = typeof headers === "object" && headers !== null && !Array.isArray(headers) && !isRawJson(headers);
  if (!isMap) throw batchFailure(`the headers of request ${index} are no object`);
  return Object.fromEntries(
    Object.entries(headers).map(([written, value]: [string, unknown]) => {
      const name = written.toLowerCase();
      if (typeof value !== "string") throw batchFailure(`the header "${written}" of request ${index} is no text`);
      // Who asks is said once; all else that is not of one request alone could contradict it.
      if (!ownHeaders.has(name) && !name.startsWith("x-")) {
        throw batchFailure(`the header "${written}" of request ${index} is the batch's to say`);
      }
      return [name, Buffer.from(value, "utf8").toString("latin1")];
    }),
  );
}

/** JSON as it stands there; the text of a string where the request says that it is something else. */
function bodyOf(body: unknown, type: string | undefined): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  const isText = typeof body === "string" && type !== undefined && !/^application\/(json|.*\+json)\b/.test(type);
  return Buffer.from(isText ? body : JSON.stringify(body), "utf8");
}
