import type { FastifyReply } from "fastify";
import { noFields, type PageRequest } from "./request.ts";
import type { FormError } from "./form-error.ts";
import type { PageData } from "./query.ts";
import type { Template } from "./template.ts";

/** Answers with the page; `error` and the form's values where the form comes back. */
export function sendPage(
  reply: FastifyReply,
  template: Template,
  request: PageRequest,
  data: PageData,
  failure?: { readonly status: number; readonly error: FormError },
): FastifyReply {
  const status = failure?.status ?? 200;
  const context = {
    ...data,
    params: merged(request),
    form: request.form,
    error: failure?.error ?? null,
    path: request.path,
  };
  const facts = { nonce: reply.cspNonce(), path: request.path, method: request.method, status };
  const html = template(context, facts);
  reply.code(status).headers(pageHeaders);
  return reply.send(html);
}

// Pages depend on who asks, and hold a nonce: only the browser may keep them, and asks again.
const pageHeaders = { "content-type": "text/html; charset=utf-8", "cache-control": "private, no-cache" };

function merged(request: PageRequest): PageRequest["query"] {
  if (request.query === noFields) return request.route;
  return Object.assign(Object.create(null) as Record<string, string>, request.query, request.route);
}

/**
 * The path of a redirect after an action, or undefined where it would leave the site: one slash, then neither a slash
 * nor a backslash (browsers read both as a host), and nothing that a header can't hold.
 */
export function localPath(redirect: string): string | undefined {
  if (!/^\/(?![/\\])[^\p{Cc}\\]*$/u.test(redirect)) return undefined;
  const url = new URL(redirect, "http://localhost");
  // Dots may have been resolved into "//host"; what the URL parser writes is percent-encoded.
  return url.host === "localhost" && !url.pathname.startsWith("//") ? url.pathname + url.search + url.hash : undefined;
}
