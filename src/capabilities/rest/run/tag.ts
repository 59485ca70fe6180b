import { hash } from "node:crypto";
import type { DatabasePlan } from "../plan/index.ts";
import type { RestRequest } from "../request/index.ts";
import type { RestResponse } from "../response/index.ts";

/** The response to a GET with the ETag of its body, or 304 where the client has that body (RFC 9110, 13.1.2). */
export function withTag(response: RestResponse, plan: DatabasePlan, request: RestRequest): RestResponse {
  const { status, headers, body } = response;
  if (request.method !== "GET" || plan.kind === "mutate" || (status !== 200 && status !== 206)) return response;
  if (headers.some(([name]) => name.toLowerCase() === "etag")) return response;
  const tag = digestOf(body);
  const known = knownTag(headerOf(request, "if-none-match"), tag);
  if (known === null) return { ...response, headers: [...headers, ["ETag", `"${tag}"`]] };
  const kept = headers.filter(([name]) => !/^content-(?:length|type|range)$/i.test(name));
  return { status: 304, headers: [...kept, ["ETag", known]], body: "" };
}

/** 132 bits of SHA-256; Postgres computes the same in requiredQuery. */
function digestOf(body: Buffer | string): string {
  return hash("sha256", body, "base64url").slice(0, 22);
}

/** The tag as the client has it: what is compressed has the coding behind it. */
function knownTag(header: string | undefined, tag: string): string | null {
  if (header === undefined) return null;
  if (header.trim() === "*") return `"${tag}"`;
  return parseTags(header).find(({ digest }) => digest === tag)?.written ?? null;
}

/** The tags of If-Match and If-None-Match, each without what compression added. */
export function parseTags(header: string): readonly EntityTag[] {
  return [...header.matchAll(/(W\/)?("([!#-~\x80-\xff]*?)(?:-(?:br|gzip|zstd))?")/g)].map(
    ([, weak, written = "", digest = ""]) => ({ written, digest, isWeak: weak !== undefined }),
  );
}

export interface EntityTag {
  /** As it was sent, in quotes. */
  readonly written: string;
  readonly digest: string;
  readonly isWeak: boolean;
}

/** A header of the request. */
export function headerOf({ headers }: RestRequest, name: string): string | undefined {
  return headers.find(([each]) => each === name)?.[1];
}
