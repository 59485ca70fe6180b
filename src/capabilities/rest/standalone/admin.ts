import type { TokenCounts } from "../../../identity/index.ts";
import type { RequestPool } from "../../../postgres/index.ts";
import type { HttpRequest, HttpResponse } from "../run/http.ts";
import type { DatabaseWatch } from "../run/known-database.ts";
import { schemaJson } from "./schema-json.ts";

/** What the administration looks at. */
export interface Administered {
  readonly watch: DatabaseWatch;
  readonly pool: RequestPool;
  readonly maxConnections: number;
  /** Requests that no connection became free for, since the start. */
  readonly poolTimeouts: () => number;
  /** Of tokens that are remembered, since the start. */
  readonly tokens: Readonly<TokenCounts>;
  /** Whether the server of the API lets somebody in. */
  readonly reachable: () => Promise<boolean>;
  /** Whether the database answers. */
  readonly connected: () => boolean;
  readonly configuration: () => string;
}

/** The administration's answers, as PostgREST's admin server gives them. */
export async function administer(request: HttpRequest, administered: Administered): Promise<HttpResponse> {
  const path = request.url.split("?", 1)[0];
  switch (path) {
    case "/live":
      return answer((await administered.reachable()) ? 200 : 500);
    case "/ready":
      return answer(await readiness(administered));
    case "/config":
      return answer(200, administered.configuration());
    case "/schema_cache":
      return answer(200, schemaJson(administered.watch.current));
    case "/metrics":
      return answer(200, metrics(administered));
    default:
      return answer(404);
  }
}

function answer(status: number, body: string | null = null): HttpResponse {
  return { status, headers: [], body };
}

async function readiness({ reachable, connected, watch }: Administered): Promise<number> {
  if (!(await reachable())) return 500;
  return watch.state.pending || !connected() ? 503 : 200;
}

/** In the text format of Prometheus (Prometheus documentation, "Exposition formats"). */
function metrics({ watch, pool, maxConnections, poolTimeouts, tokens }: Administered): string {
  const { state } = watch;
  const { open, busy, waiting } = pool.size;
  return [
    gauge("pgrst_db_pool_available", "Available connections in the pool", open - busy),
    gauge("pgrst_db_pool_max", "Max pool connections", maxConnections),
    counter("pgrst_db_pool_timeouts_total", "The total number of pool connection timeouts", [["", poolTimeouts()]]),
    gauge("pgrst_db_pool_waiting", "Requests waiting to acquire a pool connection", waiting),
    counter("pgrst_schema_cache_loads_total", "The total number of times the schema cache was loaded", [
      ['{status="FAIL"}', state.failures],
      ['{status="SUCCESS"}', state.loads],
    ]),
    gauge(
      "pgrst_schema_cache_query_time_seconds",
      "The query time in seconds of the last schema cache load",
      state.lastLoadMs / 1000,
    ),
    counter("pgrst_jwt_cache_requests_total", "The total number of JWT cache lookups", [["", tokens.requests]]),
    counter("pgrst_jwt_cache_hits_total", "The total number of JWT cache hits", [["", tokens.hits]]),
    counter("pgrst_jwt_cache_evictions_total", "The total number of JWT cache evictions", [["", tokens.evictions]]),
  ].join("");
}

function gauge(name: string, help: string, value: number): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${name} ${sample(value)}\n`;
}

function counter(name: string, help: string, values: readonly (readonly [string, number])[]): string {
  const lines = values.map(([labels, value]) => `${name}${labels} ${sample(value)}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} counter\n${lines.join("")}`;
}

function sample(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}
