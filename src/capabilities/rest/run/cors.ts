import type { HttpRequest, HttpResponse } from "./http.ts";

type Headers = HttpResponse["headers"];

const methods = "GET, POST, PATCH, PUT, DELETE, OPTIONS, HEAD";
const safelisted = ["Accept", "Accept-Language", "Content-Language"];
const exposed =
  "Content-Encoding, Content-Location, Content-Range, Content-Type, Date, Location, Server, Transfer-Encoding, Range-Unit";

/**
 * What a page of another origin needs to see to read the answer (Fetch standard, "CORS protocol"); none where the request
 * has no Origin, or one that is not allowed. `allowed` null stands for every origin, without credentials.
 */
export function corsHeaders(request: HttpRequest, allowed: readonly string[] | null, sent: Headers = []): Headers {
  const origin = allowOrigin(request, allowed);
  if (origin === undefined) return [];
  const more = sent.flatMap(([name]) => (name === "Link" || name === "ETag" ? [name] : []));
  return [...origin, ["Access-Control-Expose-Headers", [exposed, ...more].join(", ")]];
}

/** The answer to a preflight; undefined where the request is none, or asks for what is not allowed. */
export function preflight(request: HttpRequest, allowed: readonly string[] | null): HttpResponse | undefined {
  const method = request.headers["access-control-request-method"];
  if (request.method !== "OPTIONS" || method === undefined || !methods.split(", ").includes(method)) return undefined;
  const origin = allowOrigin(request, allowed);
  if (origin === undefined) return undefined;
  const headers: Headers = [
    ...origin,
    ["Access-Control-Allow-Methods", methods],
    ["Access-Control-Allow-Headers", allowedHeaders(request)],
    ["Access-Control-Max-Age", "86400"],
  ];
  return { status: 200, headers, body: "" };
}

function allowOrigin({ headers }: HttpRequest, allowed: readonly string[] | null): Headers | undefined {
  const { origin } = headers;
  if (origin === undefined) return undefined;
  if (allowed === null) return [["Access-Control-Allow-Origin", "*"]];
  if (!allowed.includes(origin)) return undefined;
  return [
    ["Access-Control-Allow-Origin", origin],
    ["Access-Control-Allow-Credentials", "true"],
  ];
}

/** Authorization, what is asked for, and what every page may send. */
function allowedHeaders({ headers }: HttpRequest): string {
  const asked = (headers["access-control-request-headers"] ?? "").split(",").map((name) => name.trim());
  const names = new Map<string, string>();
  for (const name of ["Authorization", ...asked, ...safelisted]) {
    const key = name.toLowerCase();
    if (name !== "" && !names.has(key)) names.set(key, name);
  }
  return [...names.values()].join(", ");
}
