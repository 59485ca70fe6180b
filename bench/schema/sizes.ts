import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatUrl, type Target } from "../../src/postgres/index.ts";
import type { Figure } from "../figure.ts";
import { database } from "./changes.ts";
import { packages } from "./peers.ts";
import type { ToolAnswer } from "./tool.ts";
import { startTool } from "./tool-process.ts";

/** Time and memory of one plan of 12 changes among so many tables; peers that need more than five minutes are left out. */
export async function sizeFigures(
  server: Target,
  peers: string,
  { tables, bars }: { readonly tables: number; readonly bars: { readonly ms: number; readonly megabytes: number } },
): Promise<readonly Figure[]> {
  await using live = await database(server, batches(tables));
  await using wanted = await database(server, [...batches(tables), edits]);
  const cache = await mkdtemp(join(tmpdir(), "howdah-bench-models-"));
  try {
    const ask = async (name: string): Promise<ToolAnswer | undefined> => plan(name, peers, cache, live, wanted);
    const cold = await ask("howdah");
    const warm = await ask("howdah");
    const others = [packages.delta, ...(tables > 1000 ? [] : [packages.migra])];
    const figures: Figure[] = [];
    for (const other of others) figures.push(...figuresOf(tables, bars, { warm, cold }, other, await ask(other)));
    return figures;
  } finally {
    await rm(cache, { recursive: true, force: true });
  }
}

type Place = { readonly target: Target };

async function plan(
  name: string,
  peers: string,
  cache: string,
  live: Place,
  wanted: Place,
): Promise<ToolAnswer | undefined> {
  await using tool = await startTool(name, peers, cache);
  const [from, to] = [live, wanted].map(({ target }) => formatUrl(target, { password: "shown" }));
  const answer = await tool?.ask({ what: "plan", from: from ?? "", to: to ?? "" });
  return answer?.error === undefined ? answer : undefined;
}

function figuresOf(
  tables: number,
  bars: { readonly ms: number; readonly megabytes: number },
  { warm, cold }: { readonly warm: ToolAnswer | undefined; readonly cold: ToolAnswer | undefined },
  peer: string,
  other: ToolAnswer | undefined,
): readonly Figure[] {
  const name = `plan of ${tables} tables`;
  const beside = (value: number | undefined): Pick<Figure, "beside"> =>
    value === undefined ? {} : { beside: { name: peer, value } };
  return [
    {
      name: `${name}, what files say known before`,
      value: warm?.ms ?? Number.NaN,
      unit: "ms",
      bar: { atMost: bars.ms },
      ...beside(other?.ms),
    },
    { name: `${name}, both read`, value: cold?.ms ?? Number.NaN, unit: "ms", ...beside(other?.ms) },
    {
      name: `${name}, memory`,
      value: warm?.megabytes ?? Number.NaN,
      unit: "MB",
      bar: { atMost: bars.megabytes },
      ...beside(other?.megabytes),
    },
  ];
}

/** A hundred tables a schema, with keys, partial indexes, checks, views, routines and row security, each its own text. */
export function batches(tables: number): readonly string[] {
  return Array.from({ length: Math.ceil(tables / 100) }, (_, number) => schemaOf(number, Math.min(100, tables)));
}

function schemaOf(number: number, tables: number): string {
  const schema = `s${number}`;
  const each = Array.from({ length: tables }, (_, n) => tableOf(schema, n));
  return [`create schema ${schema}`, `create type ${schema}.status as enum ('new', 'open', 'done')`, ...each].join(
    ";\n",
  );
}

function tableOf(schema: string, n: number): string {
  const table = `${schema}.t${n}`;
  return `
    create table ${table} (
      id bigint generated always as identity primary key,
      name text not null,
      email text unique,
      status ${schema}.status not null default 'new',
      amount numeric(12,2) check (amount > 0),
      created_at timestamptz not null default now(),
      parent_id bigint ${n === 0 ? "" : `references ${schema}.t${n - 1}`},
      data jsonb
    );
    create index on ${table} (status) where status <> 'done';
    create index on ${table} (created_at);
    create view ${schema}.v${n} as select id, name, status from ${table} where amount > 1;
    create function ${schema}.f${n}(a bigint) returns text language sql stable as 'select name from ${table} where id = a';
    alter table ${table} enable row level security;
    create policy own on ${table} using (name = current_user)`;
}

/** What a day's work changes. */
const edits = `
  alter table s0.t1 add column nick text;
  alter table s0.t2 alter column created_at drop not null;
  alter table s0.t3 drop column data;
  alter table s0.t4 add constraint named check (name <> '');
  create index on s0.t5 (parent_id);
  alter table s0.t6 alter column amount set default 1;
  create table s0.extra (id int primary key, t1_id bigint references s0.t1);
  create or replace function s0.f7(a bigint) returns text language sql stable as 'select upper(name) from s0.t7 where id = a';
  create or replace view s0.v8 as select id, name, status, amount from s0.t8 where amount > 2;
  alter type s0.status add value 'gone';
  drop policy own on s0.t9;
  comment on table s0.t9 is 'the ninth';
`;
