import { createHmac } from "node:crypto";
import { join } from "node:path";
import { formatUrl, type Target } from "../src/postgres/index.ts";
import { median, type Figure } from "./figure.ts";
import { prepare, startOurs } from "./rest/ours.ts";
import { pgbench } from "./rest/bound.ts";
import { drive, startProcess, type Load, type Shot, type Started } from "./rest/drive.ts";
import { points, secret, type Point } from "./rest/work.ts";
import { withServer } from "./server.ts";

const clients = 64;
const seconds = Number(process.env["BENCH_SECONDS"] ?? 5);
const rounds = Number(process.env["BENCH_ROUNDS"] ?? 3);
/** What has run for some seconds is compiled: until then a server of so much code takes twice as long as afterwards. */
const warmUpSeconds = 5;
const wanted = process.env["BENCH_POINTS"];

/** `howdah rest` beside hand-written servers that do the same work on the same Postgres, and beside what bounds all of them. */
export async function restFigures(): Promise<readonly Figure[]> {
  return await withServer(async (admin) => {
    const target = await prepare(admin);
    const url = formatUrl(target, { password: "shown" });
    await using ours = await startOurs(target);
    await using bare = await startPeer("bare", url);
    await using transaction = await startPeer("transaction", url);
    await using postgraphile = await startPeer("postgraphile", url);
    await using hello = await startPeer("hello", url);
    const helloRate = (await drive({ url: `${hello.url}/` }, clients, seconds)).rate;
    const figures: Figure[] = [];
    for (const point of points.filter(({ name }) => wanted === undefined || name.includes(wanted))) {
      const servers = { ours, bare, transaction, postgraphile };
      figures.push(...(await figuresOf(point, { servers, target, helloRate })));
    }
    return figures;
  });
}

interface Measured {
  readonly servers: Readonly<Record<"ours" | "bare" | "transaction" | "postgraphile", Started>>;
  readonly target: Target;
  readonly helloRate: number;
}

function startPeer(kind: string, url: string): Promise<Started> {
  return startProcess([join(import.meta.dirname, "rest", "peer-main.ts"), kind, url], { NODE_ENV: "production" });
}

async function figuresOf(point: Point, { servers, target, helloRate }: Measured): Promise<readonly Figure[]> {
  const runs: { readonly ours: Load; readonly bare: Load; readonly transaction: Load }[] = [];
  const shots = shotsOf(point, servers);
  for (const shot of Object.values(shots)) await drive(shot, clients, warmUpSeconds);
  for (let round = 0; round < rounds; round++) {
    const ours = await drive(shots.ours, clients, seconds);
    const bare = await drive(shots.bare, clients, seconds);
    runs.push({ ours, bare, transaction: await drive(shots.transaction, clients, seconds) });
  }
  const limit = await pgbench(target, point.sql, seconds);
  const rateOf = (name: "ours" | "bare" | "transaction"): number => median(runs.map((run) => run[name].rate));
  const p99Of = (name: "ours" | "bare" | "transaction"): number => median(runs.map((run) => run[name].p99Ms));
  const value = rateOf("ours");
  const figure = { value, unit: "requests/s" } as const;
  const beside = (name: string, other: number, atLeastRatio?: number): Figure => ({
    ...figure,
    name: point.name,
    ...(atLeastRatio === undefined ? {} : { bar: { atLeastRatio } }),
    beside: { name, value: other },
  });
  return [
    beside("Fastify + pg, the query alone", rateOf("bare"), point.bareRatio),
    beside("Fastify + pg, begin, role and claims, query, commit", rateOf("transaction"), point.transactionRatio),
    beside("bound: pgbench and an empty Fastify", 1 / (1 / limit + 1 / helloRate), 0.65),
    {
      name: `${point.name}: 99 of 100 within`,
      value: p99Of("ours"),
      unit: "ms",
      bar: { atMost: Math.min(p99Of("bare"), p99Of("transaction")) },
      beside: { name: "Fastify + pg, the query alone", value: p99Of("bare") },
    },
    ...(await graphqlFigure(point, value, servers.postgraphile)),
  ];
}

function shotsOf(point: Point, servers: Measured["servers"]): Readonly<Record<"ours" | "bare" | "transaction", Shot>> {
  const headers = point.token === true ? { Authorization: `Bearer ${token()}` } : {};
  const { method, body } = point;
  return {
    ours: { url: servers.ours.url + point.ours, method, body, headers },
    bare: { url: servers.bare.url + point.peer, method, body, headers },
    transaction: { url: servers.transaction.url + point.peer, method, body, headers },
  };
}

async function graphqlFigure(point: Point, value: number, server: Started): Promise<readonly Figure[]> {
  if (point.graphql === undefined) return [];
  const body = JSON.stringify({ query: point.graphql });
  const { rate } = await drive({ url: `${server.url}/graphql`, method: "POST", body }, clients, seconds);
  return [{ name: point.name, value, unit: "requests/s", beside: { name: "PostGraphile 5", value: rate } }];
}

function token(): string {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = { role: "bench_anon", sub: "ann", exp: Math.floor(Date.now() / 1000) + 3600 };
  const text = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
  return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
}
