import { AppError } from "../../errors/index.ts";
import type { RequestContext, RequestQuery } from "../../postgres/index.ts";
import { cookieFields, type PageRequest } from "./request.ts";
import type { PageStatement } from "./sql-file.ts";

/** What is sent to Postgres for a page, in one round trip: plain data. */
export interface PagePlan {
  readonly context: RequestContext;
  readonly queries: readonly RequestQuery[];
  readonly statements: readonly PageStatement[];
}

/** The statements of NAME.query.sql for a request: they may read only. Throws WD527. */
export function planQueries(statements: readonly PageStatement[], request: PageRequest, role: string): PagePlan {
  const sources = [request.route, request.query];
  return plan(statements, request, role, "read only", sources);
}

/** The statements of NAME.post.sql: fields of the form first, then the address. Throws WD527. */
export function planAction(statements: readonly PageStatement[], request: PageRequest, role: string): PagePlan {
  const sources = [request.form, request.route, request.query];
  return plan(statements, request, role, "read write", sources);
}

function plan(
  statements: readonly PageStatement[],
  request: PageRequest,
  role: string,
  accessMode: "read only" | "read write",
  sources: readonly PageRequest["form"][],
): PagePlan {
  return {
    context: { role, settings: requestSettings(request, role), accessMode },
    queries: statements.map(({ text, parameters }) => ({
      text,
      values: parameters.map((name) => valueOf(name, sources)),
    })),
    statements,
  };
}

/** The settings that SQL reads as current_setting('request.method', true) and so on, named as PostgREST names them. */
function requestSettings(request: PageRequest, role: string): Readonly<Record<string, string>> {
  const { cookie, ...headers } = request.headers;
  return {
    "request.method": request.method,
    "request.path": request.path,
    "request.headers": JSON.stringify(headers),
    "request.cookies": JSON.stringify(cookieFields(cookie)),
    "request.jwt.claims": JSON.stringify({ role }),
  };
}

function valueOf(name: string, sources: readonly PageRequest["form"][]): string | null {
  for (const source of sources) {
    const value = source[name];
    if (value === undefined) continue;
    // Postgres has no text with NUL in it.
    if (!value.includes("\0")) return value;
    throw new AppError("WD527", `the value of ${name} is not valid`, { detail: "it holds a NUL character" });
  }
  return null;
}
