import assert from "node:assert/strict";
import { test } from "node:test";
import type { SchemaCache } from "../../../catalog/index.ts";
import { nameKey } from "../../../catalog/index.ts";
import { RestFailure } from "../failure/index.ts";
import type { CallPlan, InfoPlan, MutatePlan, ReadPlan } from "../plan/index.ts";
import type { RestResult } from "../query/statements.ts";
import { parseRequest, type RestRequest } from "../request/index.ts";
import { settingsForTests } from "../../../../test/support/rest-settings.ts";
import { toInfoResponse, toResponse, type RestResponse } from "./index.ts";

const body = Buffer.from('[{"id":1}]');
const result: RestResult = {
  totalCount: null,
  pageCount: 1,
  location: [],
  body,
  responseHeaders: null,
  responseStatus: null,
  insertedCount: null,
  nextKey: [],
};

const reading = { mediaType: { kind: "json" }, legacyTargets: [] } as const;
const readPlan = {
  ...reading,
  kind: "read",
  relation: { schema: "public", name: "films" },
  keyset: null,
  headersOnly: false,
} as unknown as ReadPlan;
const mutatePlan = {
  ...reading,
  kind: "mutate",
  relation: { schema: "public", name: "films" },
  primaryKey: ["id"],
  mutation: { kind: "insert" },
} as unknown as MutatePlan;
const callPlan = {
  ...reading,
  kind: "call",
  routine: { returns: { kind: "scalar" } },
  headersOnly: false,
} as unknown as CallPlan;

function ask(method: string, url: string, prefer?: string, schemas: readonly string[] = ["public"]): RestRequest {
  const headers = prefer === undefined ? {} : { prefer };
  return parseRequest({ method, url, headers, body: Buffer.from("{}") }, { ...settingsForTests, schemas });
}

function answer(
  request: RestRequest,
  plan: ReadPlan | MutatePlan | CallPlan,
  given: Partial<RestResult> = {},
): RestResponse {
  return toResponse({ request, plan, result: { ...result, ...given }, settings: settingsForTests });
}

function header(response: RestResponse, name: string): string | undefined {
  return response.headers.find(([key]) => key === name)?.[1];
}

test("a read tells its rows, where it is, and what a cache has to look at", () => {
  const response = answer(ask("GET", "/films?select=id&id=eq.1"), readPlan);
  assert.equal(response.status, 200);
  assert.deepEqual(response.headers, [
    ["Content-Range", "0-0/*"],
    ["Content-Location", "/films?id=eq.1&select=id"],
    ["Content-Length", "10"],
    ["Content-Type", "application/json; charset=utf-8"],
    ["Vary", "Accept, Prefer, Range"],
  ]);
  assert.equal(response.body, body);
});

test("a page of counted rows is 206, all of them 200, behind them 416", () => {
  const page = answer(ask("GET", "/films?limit=1", "count=exact"), readPlan, { totalCount: 3 });
  assert.deepEqual([page.status, header(page, "Content-Range")], [206, "0-0/3"]);
  assert.equal(header(page, "Preference-Applied"), "count=exact");
  const all = answer(ask("GET", "/films"), readPlan, { totalCount: 1 });
  assert.deepEqual([all.status, header(all, "Content-Range")], [200, "0-0/1"]);
  const none = answer(ask("GET", "/films"), readPlan, { pageCount: 0, totalCount: 0 });
  assert.deepEqual([none.status, header(none, "Content-Range")], [200, "*/0"]);
  const end = answer(ask("GET", "/films?offset=3"), readPlan, { pageCount: 0, totalCount: 3 });
  assert.deepEqual([end.status, header(end, "Content-Range")], [206, "*/3"]);
  const behind = answer(ask("GET", "/films?offset=10"), readPlan, { pageCount: 0, totalCount: 3 });
  assert.deepEqual([behind.status, header(behind, "Content-Range")], [416, "*/3"]);
  assert.equal(
    behind.body,
    '{"code":"PGRST103","details":"An offset of 10 was requested, but there are only 3 rows.","hint":null,"message":"Requested range not satisfiable"}',
  );
});

test("HEAD has all headers but the length, and no body", () => {
  const response = answer(ask("HEAD", "/films"), { ...readPlan, headersOnly: true });
  assert.deepEqual([response.body, header(response, "Content-Length")], ["", undefined]);
  assert.equal(header(response, "Content-Type"), "application/json; charset=utf-8");
});

test("a schema that was negotiated is named", () => {
  assert.equal(header(answer(ask("GET", "/films", undefined, ["v1", "v2"]), readPlan), "Content-Profile"), "v1");
});

test("an insert tells where the row is, and shows it where it is wanted", () => {
  const minimal = answer(ask("POST", "/films"), mutatePlan, { insertedCount: 1 });
  assert.equal(minimal.status, 201);
  assert.deepEqual(minimal.headers, [
    ["Content-Length", "0"],
    ["Content-Range", "*/*"],
    ["Vary", "Accept, Prefer, Range"],
  ]);
  const located = answer(ask("POST", "/films", "return=headers-only"), mutatePlan, {
    location: ["a b=eq.x/y", "id=eq.1"],
  });
  assert.equal(header(located, "Location"), "/films?a%20b=eq.x%2Fy&id=eq.1");
  assert.equal(header(located, "Preference-Applied"), "return=headers-only");
  const shown = answer(ask("POST", "/films", "return=representation, count=exact"), mutatePlan, { insertedCount: 1 });
  assert.equal(shown.body, body);
  assert.equal(header(shown, "Content-Range"), "*/1");
  assert.equal(header(shown, "Content-Type"), "application/json; charset=utf-8");
});

test("an upsert that inserted nothing is 200, and applies its resolution only where there is a key", () => {
  const merge = ask("POST", "/films", "resolution=merge-duplicates");
  assert.equal(answer(merge, mutatePlan, { insertedCount: 0 }).status, 200);
  assert.equal(answer(merge, mutatePlan, { insertedCount: 1 }).status, 201);
  assert.equal(header(answer(merge, mutatePlan), "Preference-Applied"), "resolution=merge-duplicates");
  assert.equal(header(answer(merge, { ...mutatePlan, primaryKey: [] }), "Preference-Applied"), undefined);
  const ignore = ask("POST", "/films", "resolution=ignore-duplicates");
  assert.equal(answer(ignore, mutatePlan, { insertedCount: 0 }).status, 201);
});

test("updates and deletes are 204 unless their rows are wanted", () => {
  const update = answer(ask("PATCH", "/films?id=eq.1", "count=exact"), mutatePlan, { pageCount: 2 });
  assert.deepEqual([update.status, header(update, "Content-Range"), update.body], [204, "0-1/2", ""]);
  assert.equal(header(answer(ask("PATCH", "/films"), mutatePlan, { pageCount: 0 }), "Content-Range"), "*/*");
  const shown = answer(ask("PATCH", "/films", "return=representation"), mutatePlan);
  assert.deepEqual([shown.status, header(shown, "Content-Range"), shown.body], [200, "0-0/*", body]);
  const remove = answer(ask("DELETE", "/films", "handling=strict, max-affected=5"), mutatePlan);
  assert.deepEqual([remove.status, header(remove, "Content-Range")], [204, "*/*"]);
  assert.equal(header(remove, "Preference-Applied"), "handling=strict, max-affected=5");
  assert.equal(header(remove, "Content-Length"), undefined);
});

test("a PUT that inserted is 201 where its row is wanted, else 204", () => {
  const put = (prefer: string | undefined, insertedCount: number): number =>
    answer(ask("PUT", "/films?id=eq.1", prefer), mutatePlan, { insertedCount }).status;
  assert.deepEqual(
    [put("return=representation", 1), put("return=representation", 0), put(undefined, 1)],
    [201, 200, 204],
  );
});

test("a function that returns nothing is 204", () => {
  const nothing = { ...callPlan, routine: { ...callPlan.routine, returns: { kind: "void" } } } as CallPlan;
  const response = answer(ask("POST", "/rpc/f"), nothing);
  assert.deepEqual(
    [response.status, header(response, "Content-Type"), header(response, "Content-Range")],
    [204, undefined, "0-0/*"],
  );
  assert.equal(answer(ask("POST", "/rpc/f"), callPlan).body, body);
});

test("functions choose status and headers, in place of those that there would be", () => {
  const response = answer(ask("GET", "/films"), readPlan, {
    responseStatus: "418",
    responseHeaders: '[{"content-type":"text/html"},{"Set-Cookie":"a=1"},{"Set-Cookie":"b=2"},{"Vary":"*"}]',
  });
  assert.equal(response.status, 418);
  assert.deepEqual(response.headers.slice(3), [
    ["content-type", "text/html"],
    ["Set-Cookie", "a=1"],
    ["Set-Cookie", "b=2"],
    ["Vary", "*"],
  ]);
  const refused = (given: Partial<RestResult>): string => {
    try {
      answer(ask("GET", "/films"), readPlan, given);
    } catch (error) {
      if (error instanceof RestFailure) return error.code;
    }
    return "accepted";
  };
  for (const text of [
    "x",
    "{}",
    '{"a":"b"}',
    '["a"]',
    '[{"a":"b","c":"d"}]',
    '[{"a":1}]',
    "[{}]",
    '[{"a":"b\\nc"}]',
    '[{"a b":"c"}]',
  ]) {
    assert.equal(refused({ responseHeaders: text }), "PGRST111", text);
  }
  for (const text of ["x", "", "-1", "99", "1000"]) assert.equal(refused({ responseStatus: text }), "PGRST112", text);
});

test("names outside of ASCII arrive as UTF-8", () => {
  const plan = { ...readPlan, relation: { schema: "public", name: "größe" } };
  const location = header(answer(ask("GET", "/gr%C3%B6%C3%9Fe"), plan), "Content-Location") ?? "";
  assert.equal(Buffer.from(location, "latin1").toString("utf8"), "/größe");
});

test("a filter by the name of what has an alias is warned of", () => {
  const plan = { ...readPlan, legacyTargets: [{ name: "tasks", alias: "the_tasks" }] };
  assert.equal(
    header(answer(ask("GET", "/films"), plan), "Warning"),
    '299 PostgRESTv16.2 "Embedded resource was referenced by relation name even though it has an alias. This is deprecated and will stop working in a future release. Update `tasks` to `the_tasks` in query string filters, orders or limits."',
  );
});

test("OPTIONS tells what a relation allows", () => {
  const cache = (rights: object): SchemaCache =>
    ({
      relations: new Map([[nameKey({ schema: "public", name: "t" }), { primaryKey: ["id"], ...rights }]]),
    }) as unknown as SchemaCache;
  const allow = (plan: object, rights: object): string | undefined =>
    header(
      toInfoResponse(
        ask("OPTIONS", "/t"),
        { kind: "info", schema: "public", routine: null, ...plan } as InfoPlan,
        cache(rights),
      ),
      "Allow",
    );
  const relation = { target: { kind: "relation", name: "t" } };
  assert.equal(
    allow(relation, { insertable: true, updatable: true, deletable: true }),
    "OPTIONS,GET,HEAD,POST,PUT,PATCH,DELETE",
  );
  assert.equal(
    allow(relation, { insertable: true, updatable: true, deletable: true, primaryKey: [] }),
    "OPTIONS,GET,HEAD,POST,PATCH,DELETE",
  );
  assert.equal(allow(relation, { insertable: false, updatable: false, deletable: false }), "OPTIONS,GET,HEAD");
  assert.equal(allow({ target: { kind: "root", description: "swagger" } }, {}), "OPTIONS,GET,HEAD");
  const routine = { target: { kind: "routine", name: "f" } };
  assert.equal(allow({ ...routine, routine: { volatility: "volatile" } }, {}), "OPTIONS,POST");
  assert.equal(allow({ ...routine, routine: { volatility: "stable" } }, {}), "OPTIONS,GET,HEAD,POST");
  assert.throws(() => allow({ target: { kind: "relation", name: "u" } }, {}), { code: "PGRST205" });
});
