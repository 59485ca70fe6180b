import type { RestResponse } from "../response/index.ts";
import type { HttpResponse } from "./http.ts";

/** The answers of a batch as one: [{"status", "headers", "body"}], JSON within it as Postgres made it. */
export function batchBody(responses: readonly RestResponse[]): HttpResponse {
  const parts: Buffer[] = [];
  for (const [index, response] of responses.entries())
    parts.push(Buffer.from(index === 0 ? "[" : ","), ...toParts(response));
  parts.push(Buffer.from(responses.length === 0 ? "[]" : "]"));
  const body = Buffer.concat(parts);
  const headers = [
    ["Content-Type", "application/json; charset=utf-8"],
    ["Content-Length", String(body.length)],
  ] as const;
  return { status: 200, headers, body };
}

function toParts({ status, headers, body }: RestResponse): readonly Buffer[] {
  const shown = new Map<string, string>();
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    const text = Buffer.from(value, "latin1").toString("utf8");
    if (key !== "content-length") shown.set(key, shown.has(key) ? `${shown.get(key)}, ${text}` : text);
  }
  const head = `{"status":${status},"headers":${JSON.stringify(Object.fromEntries(shown))},"body":`;
  return [Buffer.from(head), bodyPart(Buffer.from(body), shown.get("content-type") ?? ""), Buffer.from("}")];
}

/** JSON as it is, all else as a text; null for none. */
function bodyPart(body: Buffer, type: string): Buffer {
  if (body.length === 0) return Buffer.from("null");
  return /^application\/([^;]*\+)?json\b/.test(type) ? body : Buffer.from(JSON.stringify(body.toString("utf8")));
}
