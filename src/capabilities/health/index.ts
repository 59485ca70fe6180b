import type { App, Capability, Finding } from "../../capability/index.ts";
import { readiness } from "./readiness.ts";
import { healthSettings, type HealthSettings } from "./settings.ts";

/** /_health: the process is alive. /_ready: it can serve. */
export const health: Capability<HealthSettings> = {
  name: "health",
  needs: [],
  settings: healthSettings,
  mount: "",
  routes: (app) => async (fastify) => {
    fastify.get("/_health", async (_request, reply) => reply.header("cache-control", "no-store").send({ alive: true }));
    fastify.get("/_ready", async (_request, reply) => {
      const state = await readiness(app.requests, asking(app, fastify.closing));
      if (!state.ready) reply.code(503).header("retry-after", "2");
      return reply.header("cache-control", "no-store").send(state);
    });
  },
  checks,
};

async function* checks(app: App<HealthSettings>): AsyncIterable<Finding> {
  const { database, assembled } = await readiness(app.requests, asking(app, false));
  yield database
    ? { kind: "ok", name: "requests", message: "Postgres answers them as the role of requests" }
    : {
        kind: "problem",
        name: "requests",
        message: `Postgres does not answer within ${app.settings.timeoutMs} ms`,
        hint: "is it running, and does it accept the role of requests? `howdah status` shows where it should be",
      };
  if (!database) return;
  yield assembled
    ? { kind: "ok", name: "release", message: "the database holds an assembled project" }
    : { kind: "problem", name: "release", message: "the database holds no assembled project", hint: "howdah migrate" };
}

function asking(app: App<HealthSettings>, closing: boolean) {
  return { role: app.config.roles.anon, timeoutMs: app.settings.timeoutMs, closing };
}
