import { AppError, toAppError } from "../errors/index.ts";

/** What Fastify or a plugin threw, as an AppError: its own errors carry a code and a status. */
export function fromFramework(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const { code, statusCode } = (thrown ?? {}) as { readonly code?: unknown; readonly statusCode?: unknown };
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE" || statusCode === 413) {
    return new AppError("WD503", "the body is too large", { cause: thrown });
  }
  if (code === "FST_ERR_CTP_INVALID_MEDIA_TYPE" || statusCode === 415) {
    return new AppError("WD508", "this content type is not accepted here", { cause: thrown });
  }
  if (statusCode === 404) return new AppError("WD505", "not found", { cause: thrown });
  if (statusCode === 414) return new AppError("WD509", "the address is too long", { cause: thrown });
  const named = typeof code === "string" && code.startsWith("FST_");
  if (named && typeof statusCode === "number" && statusCode >= 400 && statusCode < 500) {
    return new AppError("WD504", "the request is malformed", {
      detail: (thrown as Error).message,
      cause: thrown,
    });
  }
  return toAppError(thrown);
}
