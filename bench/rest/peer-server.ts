import { createHmac, timingSafeEqual } from "node:crypto";
import Fastify, { type FastifyInstance, type FastifyRequest } from "fastify";
import pg from "pg";
import { secret } from "./work.ts";

type Rows = Promise<readonly Record<string, unknown>[]>;
type Run = (text: string, values: readonly unknown[], request: FastifyRequest) => Rows;

/**
 * What a user would write by hand instead: Fastify 5 and a pool of pg, rows to JSON in JavaScript.
 *
 * "bare" asks the query alone; "transaction" does what the API has to: begin, role and claims, query, commit.
 */
export function peerServer(url: string, kind: "bare" | "transaction"): FastifyInstance {
  const pool = new pg.Pool({ connectionString: url, max: 10 });
  const app = Fastify({ logger: false });
  const run = kind === "bare" ? bare(pool) : transaction(pool);
  addRoutes(app, run);
  app.addHook("onClose", () => pool.end());
  return app;
}

function addRoutes(app: FastifyInstance, run: Run): void {
  app.get<{ Querystring: Record<string, string> }>("/test_func_v1", (request) => {
    const { _records, _text, _int, _ts, _bool } = request.query;
    return run("select * from test_func_v1($1, $2, $3, $4, $5)", [_records, _text, _int, _ts, _bool], request);
  });
  app.get<{ Params: { id: string } }>("/customer/:id", (request) =>
    run("select id, name, email, since from customer where id = $1", [request.params.id], request),
  );
  // oxlint-disable-next-line oxc/no-async-endpoint-handlers -- Fastify takes promises; it is no Express
  app.get<{ Querystring: { status: string } }>("/purchases", async (request) => {
    const rows = await run(
      `select purchase.id, amount, ordered_at, customer.id as customer_id, customer.name as customer_name
       from purchase join customer on customer.id = customer_id where status = $1 order by purchase.id limit 20`,
      [request.query.status],
      request,
    );
    return rows.map(({ id, amount, ordered_at, customer_id, customer_name }) => ({
      ...{ id, amount, ordered_at },
      customer: { id: customer_id, name: customer_name },
    }));
  });
  app.post("/entries", async (request, reply) => {
    const rows = Array.isArray(request.body) ? request.body : [request.body];
    await run(
      `insert into entry (author, body, rating) select author, body, rating
       from jsonb_to_recordset($1) as row (author text, body text, rating int)`,
      [JSON.stringify(rows)],
      request,
    );
    return reply.code(201).send();
  });
}

function bare(pool: pg.Pool): Run {
  return async (text, values) => (await pool.query(text, [...values])).rows as Record<string, unknown>[];
}

function transaction(pool: pg.Pool): Run {
  return async (text, values, request) => {
    const claims = claimsOf(request);
    const client = await pool.connect();
    try {
      await client.query("begin");
      await client.query("select set_config('role', $1, true), set_config('request.jwt.claims', $2, true)", [
        claims.role,
        JSON.stringify(claims),
      ]);
      const { rows } = await client.query(text, [...values]);
      await client.query("commit");
      return rows as Record<string, unknown>[];
    } catch (error) {
      await client.query("rollback");
      throw error;
    } finally {
      client.release();
    }
  };
}

/** HS256, with the crypto of Node: less than what a library does. */
function claimsOf({ headers }: FastifyRequest): { readonly role: string } {
  const { authorization } = headers;
  if (authorization === undefined) return { role: "bench_anon" };
  const [head = "", body = "", signature = ""] = authorization.slice("Bearer ".length).split(".");
  const expected = createHmac("sha256", secret).update(`${head}.${body}`).digest();
  if (!timingSafeEqual(expected, Buffer.from(signature, "base64url"))) throw new Error("a wrong signature");
  return JSON.parse(Buffer.from(body, "base64url").toString()) as { role: string };
}
