import { isUtf8 } from "node:buffer";
import { batchFailure } from "../failure/index.ts";
import { jsonShape, visitObjects, type JsonMembers } from "./json-shape.ts";
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
const maxHeadLength = 64 * 1024;

const methods: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]);
const known: ReadonlySet<string> = new Set(["method", "path", "headers", "body"]);

/** The requests of a batch, as HTTP would have brought each: [{"method", "path", "headers", "body"}]. Throws WD676. */
export function parseBatch({ body, headers }: HttpRequest, maxRequests: number): readonly HttpRequest[] {
  const shared = Object.fromEntries(Object.entries(headers).filter(([name]) => !ownHeaders.has(name)));
  const requests: HttpRequest[] = [];
  // Bodies stay the texts that they are: numbers are Postgres's to read, and a value of theirs costs nothing here.
  const text = isUtf8(body) ? body.toString("utf8") : "";
  if (jsonShape(text)?.kind !== "array") throw batchFailure("its body is no JSON array");
  visitObjects(text, (item) => {
    if (requests.length === maxRequests) throw batchFailure(`it has more than ${maxRequests} requests`);
    requests.push(toRequest(item, requests.length, shared));
  });
  return requests;
}

function toRequest(item: JsonMembers | null, index: number, shared: HttpRequest["headers"]): HttpRequest {
  if (item === null) throw batchFailure(`request ${index} is no object`);
  const unknown = [...item.keys()].find((name) => !known.has(name));
  if (unknown !== undefined)
    throw batchFailure(`request ${index} has "${unknown}", which is none of ${[...known].join(", ")}`);
  const method = small(item, "method", index);
  if (typeof method !== "string" || !methods.has(method)) {
    throw batchFailure(`request ${index} has no method of ${[...methods].join(", ")}`);
  }
  const path = small(item, "path", index);
  if (typeof path !== "string" || !path.startsWith("/")) throw batchFailure(`request ${index} has no path "/…"`);
  const own = ownOf(small(item, "headers", index), index);
  return { method, url: path, headers: { ...shared, ...own }, body: bodyOf(item.get("body"), own["content-type"]) };
}

/** What HTTP has in the head of a request. */
function small(item: JsonMembers, name: string, index: number): unknown {
  const text = item.get(name);
  if (text === undefined) return undefined;
  if (text.length > maxHeadLength)
    throw batchFailure(`the ${name} of request ${index} has more than ${maxHeadLength} characters`);
  return JSON.parse(text);
}

function ownOf(headers: unknown, index: number): Readonly<Record<string, string>> {
  if (headers === undefined) return {};
  const isMap = typeof headers === "object" && headers !== null && !Array.isArray(headers);
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
function bodyOf(body: string | undefined, type: string | undefined): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  const isText = body.startsWith('"') && type !== undefined && !/^application\/(json|.*\+json)\b/.test(type);
  return Buffer.from(isText ? String(JSON.parse(body)) : body, "utf8");
}
