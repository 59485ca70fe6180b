import type { FastifyReply, FastifyRequest } from "fastify";
import type { App } from "../../capability/index.ts";
import { AppError, toAppError } from "../../errors/index.ts";
import { formFailure } from "./form-error.ts";
import { formTypes, readForm } from "./form.ts";
import { planAction, planQueries } from "./plan.ts";
import { runAction, runQueries } from "./query.ts";
import { noFields, type PageRequest } from "./request.ts";
import { localPath, sendPage } from "./response.ts";
import type { PagesSettings } from "./settings.ts";
import type { Page } from "./site.ts";

/**
 * A POST to a page: runs its action in one transaction, and leads back by a redirect (303, so that loading the page
 * anew doesn't send the form again).
 *
 * What the user can mend brings the page back with `error` and `form`, as 422 or 409; the rest is thrown.
 */
export async function act(
  app: App<PagesSettings>,
  page: Page,
  request: FastifyRequest,
  reply: FastifyReply,
  get: PageRequest,
): Promise<unknown> {
  const form = await readBody(request, app.settings.maxFormFields);
  const asking = { ...get, form };
  const role = app.config.roles.anon;
  try {
    const redirect = await runAction(app.requests, planAction(page.action ?? [], asking, role));
    return await reply.redirect(redirectTarget(app, asking, redirect), 303);
  } catch (thrown) {
    const failure = formFailure(toAppError(thrown));
    if (!failure) throw thrown;
    const data = await runQueries(app.requests, planQueries(page.queries, asking, role));
    return sendPage(reply, page.template, asking, data, failure);
  }
}

async function readBody(request: FastifyRequest, maxFields: number): Promise<PageRequest["form"]> {
  if (request.body === undefined || request.body === null) return noFields;
  if (!Buffer.isBuffer(request.body)) {
    throw new AppError("WD508", "a page takes forms only", { hint: `send it as ${formTypes.join(" or ")}` });
  }
  return readForm(request.body, request.headers["content-type"] ?? "", maxFields);
}

/** The action has committed by now: in production a bad target is logged, and the same page is shown. */
function redirectTarget(app: App<PagesSettings>, request: PageRequest, redirect: string | undefined): string {
  const same = request.path + request.search;
  if (redirect === undefined) return same;
  const path = localPath(redirect);
  if (path !== undefined) return path;
  const error = new AppError("WD533", "the redirect leaves this site", { detail: redirect });
  if (app.mode === "development") throw error;
  app.log.error({ code: error.code, path: request.path }, error.message);
  return same;
}
