import type { FastifyReply, FastifyRequest } from "fastify";
import { prefersHtml, type ErrorPage } from "../capability/index.ts";
import { errorToJson, type AppError } from "../errors/index.ts";
import { openErrorPage, plainErrorPage } from "./error-page.ts";
import { fromFramework } from "./framework-error.ts";
import { problemOf, publicMessage, statusOf } from "./problem.ts";

export interface ErrorReplyOptions {
  readonly mode: "development" | "production";
  /** The project's own pages of errors. */
  readonly errorPage: () => ErrorPage | undefined;
  /** Whether the application has told this error already, when its file was saved. */
  readonly isTold: (error: AppError) => boolean;
}

/** Seconds after which a client may ask again while Postgres is away: about how long it takes to come back. */
const retryAfterSeconds = 2;

/** The one place where an error becomes a response: its status, its log line, HTML for browsers, JSON for programs. */
export function errorReply(options: ErrorReplyOptions) {
  return async (thrown: unknown, request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const error = fromFramework(thrown);
    const status = statusOf(error);
    const open = options.mode === "development";
    if (!options.isTold(error)) logError(error, status, request, open);
    reply.code(status).header("cache-control", "no-store").removeHeader("etag");
    if (status === 503) reply.header("retry-after", String(retryAfterSeconds));
    // What is left of a body that we did not read would be taken for the next request.
    if (status === 413) reply.header("connection", "close");
    if (prefersHtml(request.headers.accept)) {
      return reply.type("text/html; charset=utf-8").send(await html(error, status, request, reply, options));
    }
    return reply.type("application/problem+json").send(JSON.stringify(problemOf(error, request.id, open)));
  };
}

async function html(
  error: AppError,
  status: number,
  request: FastifyRequest,
  reply: FastifyReply,
  options: ErrorReplyOptions,
): Promise<string> {
  const nonce = reply.cspNonce();
  const open = options.mode === "development";
  if (open && status >= 500) return openErrorPage(error, request.id, nonce);
  const own = await ownPage(error, status, request, nonce, options);
  return own ?? (open ? openErrorPage : plainErrorPage)(error, request.id, nonce);
}

/** The page of an error may itself be broken: then ours is shown, and that is logged. */
async function ownPage(
  error: AppError,
  status: number,
  request: FastifyRequest,
  nonce: string,
  options: ErrorReplyOptions,
): Promise<string | undefined> {
  try {
    const facts = { status, code: error.code, message: publicMessage(error), requestId: request.id, nonce };
    return await options.errorPage()?.(facts, request);
  } catch (thrown) {
    const broken = fromFramework(thrown);
    if (!options.isTold(broken)) logError(broken, 500, request, options.mode === "development");
    return undefined;
  }
}

/** In development with the lines of the file that it is about, as errors of the assembly are shown. */
function logError(error: AppError, status: number, request: FastifyRequest, open: boolean): void {
  if (status < 500) return;
  const { position, postgres } = error;
  const { frame, hint } = open ? errorToJson(error) : {};
  const fields = {
    code: error.code,
    ...(position ? { at: `${position.file}:${position.line}:${position.column}` } : {}),
    ...(error.detail === undefined ? {} : { detail: error.detail }),
    ...(postgres ? { sqlstate: postgres.sqlstate } : {}),
    ...(error.code === "WD001" && error.cause instanceof Error ? { stack: error.cause.stack } : {}),
    ...(hint === undefined ? {} : { hint }),
    ...(frame === undefined ? {} : { frame }),
  };
  request.log.error(fields, error.message);
}
