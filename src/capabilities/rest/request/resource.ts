import { methodFailure, pathFailure, profileFailure, rootDisabled, routineMethodFailure } from "../failure/index.ts";
import type { RestSettings } from "../settings.ts";
import { decodeText } from "./query-string.ts";
import type { RestAction, RestTarget } from "./rest-request.ts";

/** What a path names. Throws PGRST125, PGRST126. */
export function parsePath(path: string, settings: Pick<RestSettings, "rootSpec" | "openApi">): RestTarget {
  const parts = path
    .replace(/^\//, "")
    .split("/")
    .map((part) => decodeText(part, false));
  const [first = "", second = ""] = parts;
  if (parts.length === 1 && settings.openApi.isPublished && first === documentName) return document(settings.openApi);
  if (parts.length === 1) return first === "" ? root(settings) : { kind: "relation", name: first };
  if (parts.length === 2 && first === "rpc") return { kind: "routine", name: second };
  throw pathFailure();
}

/** The description as OpenAPI 3.1; a relation of that name can't be asked for then. */
const documentName = "openapi.json";

function document({ mode }: RestSettings["openApi"]): RestTarget {
  if (mode === "disabled") throw rootDisabled();
  return { kind: "root", description: "openapi" };
}

function root({ rootSpec, openApi }: Pick<RestSettings, "rootSpec" | "openApi">): RestTarget {
  if (openApi.mode === "disabled") throw rootDisabled();
  if (rootSpec === null) return { kind: "root", description: "swagger" };
  return { kind: "routine", name: rootSpec.slice(rootSpec.indexOf(".") + 1) };
}

/** What a method does with it. Throws PGRST101, PGRST117. */
export function parseAction(target: RestTarget, method: string): RestAction {
  if (method === "OPTIONS") return { kind: "info", target };
  switch (target.kind) {
    case "routine":
      return call(target.name, method);
    case "relation":
      return readOrMutate(target.name, method);
    case "root":
      if (method !== "GET" && method !== "HEAD") throw methodFailure(method);
      return { kind: "inspect", description: target.description, headersOnly: method === "HEAD" };
  }
}

function call(routine: string, method: string): RestAction {
  if (method !== "GET" && method !== "HEAD" && method !== "POST") throw routineMethodFailure(method);
  return { kind: "call", routine, method };
}

const mutations = new Map([
  ["POST", "insert"],
  ["PUT", "upsert"],
  ["PATCH", "update"],
  ["DELETE", "delete"],
] as const);

function readOrMutate(relation: string, method: string): RestAction {
  if (method === "GET" || method === "HEAD") return { kind: "read", relation, headersOnly: method === "HEAD" };
  const mutation = mutations.get(method as "POST");
  if (mutation === undefined) throw methodFailure(method);
  return { kind: "mutate", relation, mutation };
}

const writing: ReadonlySet<string> = new Set(["POST", "PUT", "PATCH", "DELETE"]);

/** The schema that the request speaks to, and whether the response names it. Throws PGRST106. */
export function parseProfile(
  method: string,
  header: (name: string) => string | undefined,
  schemas: readonly string[],
): { readonly schema: string; readonly negotiatedByProfile: boolean } {
  const profile = header(writing.has(method) ? "content-profile" : "accept-profile");
  if (profile === undefined) return { schema: schemas[0] ?? "public", negotiatedByProfile: schemas.length !== 1 };
  if (!schemas.includes(profile)) throw profileFailure(profile, schemas);
  return { schema: profile, negotiatedByProfile: true };
}
