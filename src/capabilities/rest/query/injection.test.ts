import assert from "node:assert/strict";
import { test } from "node:test";
import { loadModule, parseSync } from "libpg-query";
import { restDatabase, type Asked, type RestDatabase } from "../../../../test/support/rest.ts";
import { AppError } from "../../../errors/index.ts";
import { RestFailure } from "../failure/index.ts";

const tables = `
  create table client (id int primary key, name text, info jsonb);
  create table project (id int primary key, name text, client_id int references client);
  create function f(a text default '', variadic b text[] default '{}') returns setof project stable language sql
    as 'select * from api.project';
  create function apart(text, text) returns int immutable language sql as 'select 1';
  create operator <~> (leftarg = text, rightarg = text, function = apart);
  create function body(text) returns text immutable language sql as 'select $1';
`;

/** What attackers put into one place after another; `?` stands for each of the quotes. */
const attacks = [
  "?; drop table client; --",
  "? or ?1?=?1",
  "? or 1=1 --",
  "?) union select usename from pg_user --",
  "? union all select null, version(), null --",
  "?; select pg_sleep(10) --",
  "?||(select current_user)||?",
  "?::text as x, (select 1) --",
  "1; delete from client",
  "1) or (1=1",
  "1/*?*/",
  "?/**/or/**/1=1",
  "$1",
  "$$?$$",
  "$x$?$x$",
  "E?\\?",
  "U&?\\0027?",
  "\\?; select 1; --",
  "\\",
  "\\\\?",
  "?\0?",
  "?\n--\n?",
  "(select ?x?)",
  "pg_sleep(1)",
  "current_setting(?is_superuser?)",
  "x?.?y",
  "*",
  "*, (select 1)",
  "int) as x, (select 1",
  "text; select 1",
  "name from client; --",
  "count(*) from client --",
  "ʼ; select 1 --",
  "'; select 1 --",
  "\u00bf\u0027 or 1=1",
  "{1,2}?",
  "{?}; select 1",
  "null",
  "true",
  "is null or true",
] as const;
const quotes = ["'", '"', "''", '""', "`", "\\'", '\\"', "%27"] as const;
const prefixes = ["", " ", "a", "1", ")", "a)", "a,", "-"] as const;

/** Each attack with each quote, behind each prefix. */
const payloads = [
  ...new Set(
    attacks.flatMap((attack) =>
      quotes.flatMap((quote) => prefixes.map((prefix) => prefix + attack.replaceAll("?", quote))),
    ),
  ),
];

/** A cursor as the server makes them, with a value of the attacker's. */
function cursorOf(text: string): string {
  return Buffer.from(JSON.stringify([orderOfName, text, "1"])).toString("base64url");
}

/** What cursors of /client?order=name begin with. */
const orderOfName = "DQ8qZJit";

type Position = (payload: string) => readonly [request: string, asked?: Asked];

const url = (text: string): string => encodeURIComponent(text);
/** In the quotes of the URL's grammar, so that its commas and dots belong to it. */
const quoted = (text: string): string => url(`"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`);
const json = { "content-type": "application/json" };

/** Places for values: whatever stands there, the statement is the same. */
const values: Readonly<Record<string, Position>> = {
  eq: (text) => [`GET /client?name=eq.${url(text)}`],
  like: (text) => [`GET /client?name=like.${url(text)}`],
  any: (text) => [`GET /client?name=eq(any).${url(text)}`],
  notIn: (text) => [`GET /client?name=not.in.(${quoted(text)})`],
  contains: (text) => [`GET /client?info=cs.${url(text)}`],
  distinct: (text) => [`GET /client?name=isdistinct.${url(text)}`],
  search: (text) => [`GET /client?name=fts(english).${url(text)}`],
  logic: (text) => [`GET /client?or=(name.eq.${quoted(text)},id.eq.1)`],
  embedded: (text) => [`GET /client?select=id,project(id)&project.name=eq.${url(text)}`],
  argument: (text) => [`GET /rpc/f?a=${url(text)}`],
  variadic: (text) => [`GET /rpc/f?b=${url(text)}&b=x`],
  body: (text) => [`POST /client`, { body: { id: 1, name: text }, headers: json }],
  bulk: (text) => [`POST /client`, { body: [{ name: text }, { name: "x" }], headers: json }],
  patch: (text) => [`PATCH /client?name=eq.${url(text)}`, { body: { name: text }, headers: json }],
  match: (text) => [`PATCH /client?match=*`, { body: [{ id: text, name: text }], headers: json }],
  delete: (text) => [`DELETE /client?name=eq.${url(text)}`],
  call: (text) => [`POST /rpc/f`, { body: { a: text }, headers: json }],
  rawBody: (text) => [`POST /rpc/body`, { body: text, headers: { "content-type": "text/plain" } }],
  timezone: (text) => [`GET /client`, { headers: { prefer: `timezone=${text.replaceAll(/[\0\n,]/g, "")}` } }],
  header: (text) => [`GET /client`, { headers: { "x-anything": text } }],
  distance: (text) => [`GET /client?order=name.op(<~>).${quoted(text)}`],
  cursor: (text) => [`GET /client?order=name&after=${cursorOf(text)}`],
  language: (text) => [`GET /client?name=fts(${url(text)}).x`],
};

/** Places for names: they are quoted, and nothing else of the statement changes. */
const names: Readonly<Record<string, Position>> = {
  select: (text) => [`GET /client?select=${quoted(text)}`],
  alias: (text) => [`GET /client?select=${quoted(text)}:name`],
  path: (text) => [`GET /client?select=x:info->${quoted(text)}`],
  filter: (text) => [`GET /client?${quoted(text)}=eq.1`],
  order: (text) => [`GET /client?order=${quoted(text)}.desc`],
  distinctField: (text) => [`GET /client?distinct=${quoted(text)}`],
  logicField: (text) => [`GET /client?or=(${quoted(text)}.eq.1,id.eq.2)`],
  embedAlias: (text) => [`GET /client?select=${quoted(text)}:project(id)`],
  embedField: (text) => [`GET /client?select=project(${quoted(text)})`],
  conflict: (text) => [
    `POST /client?on_conflict=${quoted(text)}`,
    { body: { id: 1 }, headers: { ...json, prefer: "resolution=merge-duplicates" } },
  ],
  returned: (text) => [
    `POST /client?select=${quoted(text)}`,
    { body: { id: 1 }, headers: { ...json, prefer: "return=representation" } },
  ],
};

/** Places where a payload may mean something to the URL's grammar, or is looked up in the catalog. */
const anywhere: Readonly<Record<string, Position>> = {
  rawSelect: (text) => [`GET /client?select=${url(text)}`],
  rawCast: (text) => [`GET /client?select=name::${url(text)}`],
  rawAggregate: (text) => [`GET /client?select=id.${url(text)}`, { settings: { aggregatesEnabled: true } }],
  rawFilter: (text) => [`GET /client?${url(text)}=eq.1`],
  rawOperator: (text) => [`GET /client?name=${url(text)}`],
  rawOrder: (text) => [`GET /client?order=${url(text)}`],
  rawDistance: (text) => [`GET /client?order=name.op(${url(text)}).${quoted("x")}`],
  rawOperand: (text) => [`GET /client?order=name.op(<~>).${url(text)}`],
  rawDistanceType: (text) => [`GET /client?order=name.op(<~>).${quoted("x")}::${url(text)}`],
  rawMatch: (text) => [`PATCH /client?match=${url(text)}`, { body: [{ id: 1, name: "x" }], headers: json }],
  rawDistinct: (text) => [`GET /client?distinct=${url(text)}`],
  rawCursor: (text) => [`GET /client?after=${url(text)}`],
  rawLogic: (text) => [`GET /client?and=(${url(text)})`],
  rawIn: (text) => [`GET /client?id=in.(${url(text)})`],
  rawIs: (text) => [`GET /client?name=is.${url(text)}`],
  rawLimit: (text) => [`GET /client?limit=${url(text)}`],
  rawOffset: (text) => [`GET /client?offset=${url(text)}`],
  rawPath: (text) => [`GET /client?select=x:info->${url(text)}`],
  rawEmbed: (text) => [`GET /client?select=${url(text)}(id)`],
  rawHint: (text) => [`GET /client?select=project!${url(text)}(id)`],
  rawSpread: (text) => [`GET /client?select=...project(${url(text)})`],
  rawColumns: (text) => [`POST /client?columns=${url(text)}`, { body: { id: 1 }, headers: json }],
  rawKey: (text) => [`POST /client`, { body: { [text]: 1 }, headers: json }],
  relation: (text) => [`GET /${url(text)}`],
  routine: (text) => [`GET /rpc/${url(text)}`],
  argumentName: (text) => [`GET /rpc/f?${url(text)}=1`],
};

await loadModule();

const positions = [values, names, anywhere].flatMap((places) => Object.keys(places)).length;

test(`${payloads.length * positions} injections leave the parse tree of their statement as it is`, async (t) => {
  const db = await restDatabase(t, tables);
  let sent = 0;
  let refused = 0;
  const count = (position: Position, payload: string, check: (text: string) => void): void => {
    sent++;
    const text = textOf(db, position(payload));
    if (text === null) refused++;
    else check(text);
  };
  for (const [name, position] of Object.entries(values)) {
    const benign = textOf(db, position("benign"));
    assert.ok(benign !== null, name);
    for (const payload of payloads)
      count(position, payload, (text) => assert.equal(text, benign, `${name}: ${payload}`));
  }
  for (const [name, position] of Object.entries(names)) {
    const benign = shapeOf(textOf(db, position("benign")) ?? "", "benign");
    for (const payload of payloads) {
      // Quoted or not, a star alone means all columns.
      const expected = payload.split("\0")[0] === "*" ? null : benign;
      count(position, payload, (text) => {
        const shape = shapeOf(text, payload);
        assert.ok(expected === null || shape === expected, `${name}: ${payload}\n${text}`);
      });
    }
  }
  const checked = new Set<string>();
  for (const [name, position] of Object.entries(anywhere)) {
    for (const payload of payloads) {
      count(position, payload, (text) => {
        if (!checked.has(text)) assertOwnWords(text, `${name}: ${payload}`);
        checked.add(text);
      });
    }
  }
  assert.ok(sent >= 50_000, `${sent}`);
  t.diagnostic(`${sent} sent, ${refused} refused, ${checked.size} different statements of free places`);
});

/** The statement's text; null where the request was refused. */
function textOf(db: RestDatabase, [request, asked]: ReturnType<Position>): string | null {
  try {
    return db.statements(request, asked).main.text;
  } catch (error) {
    if (error instanceof RestFailure || error instanceof AppError) return null;
    throw error;
  }
}

/** The parse tree without positions, `name` in it replaced: what follows a NUL is no part of a name. */
function shapeOf(text: string, name: string): string {
  const [meant = ""] = name.split("\0");
  if (meant === "") return "";
  return JSON.stringify(parseSync(text), (key, value: unknown) => {
    if (key === "location" || key === "stmt_len") return undefined;
    // Postgres cuts names at 63 bytes, and so does its parser.
    if (typeof value !== "string" || value === "") return value;
    if (isCut(value, meant)) return "NAME";
    // What embedded rows go by, their end cut off by the NUL as well.
    const lateral = `client_${meant}`;
    return value === lateral || isCut(value, `${lateral}_1`) ? "LATERAL" : value;
  });
}

function isCut(value: string, name: string): boolean {
  return value === name || (Buffer.byteLength(value) >= 60 && name.startsWith(value));
}

const vocabulary = new Set(
  `select from as where and or not order by asc desc nulls first last limit offset group with coalesce json_agg count
   null bigint text int nullif current_setting true distinct is false unknown any all like ilike unnest to_jsonb
   to_tsvector to_tsquery plainto_tsquery phraseto_tsquery websearch_to_tsquery row_to_json left inner join lateral on
   cast avg max min sum _postgrest_t pgrst_source pgrst_call insert into json_to_record pgrst_body returning integer
   jsonb set update delete values numeric total_count page_count location body response_headers response_status
   inserted_count operator next_key pgrst_shown pgrst_key pgrst_row pgrst_page json_build_array row_number over
   json exists having string_agg pgrst_matched pgrst_written cross case when then end array_agg filter pgrst_scalar variadic json_array_elements int4 excluded conflict do nothing json_to_recordset`.split(
    /\s+/,
  ),
);

/** Outside of quoted names and parameters there are words of ours alone, and the words of a type behind `as`. */
function assertOwnWords(text: string, message: string): void {
  // A name that begins with a NUL is none, and words may make no type: Postgres refuses them.
  if (!/(^|[^"])""([^"]|$)|cast\(/.test(text)) assert.equal(parseSync(text).stmts?.length, 1, message);
  const bare = text
    .replaceAll(/"(?:[^"]|"")*"/g, " ")
    .replaceAll(/'(?:response\.headers|response\.status|\[\]|howdah:WD67[45]:|, |)'/g, " ")
    .replaceAll(/\$\d+/g, " ")
    .replaceAll(/cast\(\s*[^()]* as ([\p{L}\p{N}_$ ]+)\)/gu, " ");
  assert.doesNotMatch(bare, /--|\/\*|;|'|\\/, message);
  for (const [word] of bare.matchAll(/[\p{L}_][\p{L}\p{N}_$]*/gu))
    assert.ok(vocabulary.has(word), `${word}: ${message}`);
}
