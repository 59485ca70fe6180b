import { readFileSync } from "node:fs";
import Fastify, { type FastifyInstance } from "fastify";
import Handlebars from "handlebars";
import pg from "pg";
import type { Target } from "../src/postgres/index.ts";

/**
 * What a user would write by hand instead: Fastify, a pg pool and Handlebars, one transaction a request with role and
 * claims set, the same template over the same rows as the page of ours it is measured against.
 */
export function peerPageServer(
  target: Target,
  files: { template: string; layout: string; query: string },
): FastifyInstance {
  const handlebars = Handlebars.create();
  handlebars.registerPartial("_layout", readFileSync(files.layout, "utf8"));
  handlebars.registerHelper("eq", (left: unknown, right: unknown) => left === right);
  const render = handlebars.compile(readFileSync(files.template, "utf8"));
  const [entries, total] = readFileSync(files.query, "utf8").split(";");
  const pool = new pg.Pool({
    host: target.host,
    port: target.port,
    database: target.database,
    user: target.user,
    password: target.password,
    max: 10,
  });
  const app = Fastify({ logger: false });
  app.get("/", async (_request, reply) => {
    const client = await pool.connect();
    try {
      await client.query("begin read only");
      await client.query({
        name: "context",
        text: "select set_config('role', $1, true), set_config('request.jwt.claims', $2, true), set_config('request.method', $3, true), set_config('request.path', $4, true)",
        values: ["anon", '{"role":"anon"}', "GET", "/"],
      });
      const rows = await client.query({ name: "entries", text: entries! });
      const sum = await client.query({ name: "total", text: total! });
      await client.query("commit");
      return await reply.type("text/html; charset=utf-8").send(render({ entries: rows.rows, total: sum.rows[0] }));
    } catch (error) {
      await client.query("rollback");
      throw error;
    } finally {
      client.release();
    }
  });
  app.addHook("onClose", () => pool.end());
  return app;
}
