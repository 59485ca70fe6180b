import assert from "node:assert/strict";
import { test } from "node:test";
import { RestFailure } from "../failure/index.ts";
import type { RestSettings } from "../settings.ts";
import { settingsForTests as settings } from "../../../../test/support/rest-settings.ts";
import { parseRequest, type HttpRequest, type RestRequest } from "./index.ts";

interface Given {
  readonly method?: string;
  readonly headers?: HttpRequest["headers"];
  readonly body?: string | Buffer;
  readonly settings?: Partial<RestSettings>;
}

function read(url: string, given: Given = {}): RestRequest {
  const { method = "GET", headers = {}, body = "" } = given;
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  return parseRequest({ method, url, headers, body: bytes }, { ...settings, ...given.settings });
}

function refusal(url: string, given: Given = {}): readonly [number, string, string, unknown] {
  try {
    read(url, given);
  } catch (error) {
    if (error instanceof RestFailure) return [error.status, error.code, error.message, error.details];
    throw error;
  }
  return [200, "", "accepted", null];
}

test("method and path say what is done with what", () => {
  assert.deepEqual(read("/t").action, { kind: "read", relation: "t", headersOnly: false });
  assert.deepEqual(read("/t", { method: "HEAD" }).action, { kind: "read", relation: "t", headersOnly: true });
  assert.deepEqual(read("/t%20x%2Fy?a=eq.1", { method: "DELETE" }).action, {
    kind: "mutate",
    relation: "t x/y",
    mutation: "delete",
  });
  assert.deepEqual(read("/rpc/f").action, { kind: "call", routine: "f", method: "GET" });
  assert.deepEqual(read("/rpc").action, { kind: "read", relation: "rpc", headersOnly: false });
  assert.deepEqual(read("/").action, { kind: "inspect", description: "swagger", headersOnly: false });
  assert.deepEqual(read("/", { method: "OPTIONS" }).action, {
    kind: "info",
    target: { kind: "root", description: "swagger" },
  });
  assert.deepEqual(read("/", { settings: { rootSpec: "api.root" } }).action, {
    kind: "call",
    routine: "root",
    method: "GET",
  });
});

test("paths and methods that there are not are refused by their own codes", () => {
  assert.deepEqual(refusal("/a/b"), [404, "PGRST125", "Invalid path specified in request URL", null]);
  assert.deepEqual(refusal("/a/"), [404, "PGRST125", "Invalid path specified in request URL", null]);
  assert.deepEqual(refusal("/t", { method: "TRACE" }), [405, "PGRST117", "Unsupported HTTP method: TRACE", null]);
  assert.deepEqual(refusal("/", { method: "POST" }), [405, "PGRST117", "Unsupported HTTP method: POST", null]);
  assert.deepEqual(refusal("/rpc/f", { method: "PUT" }), [405, "PGRST101", "Cannot use the PUT method on RPC", null]);
  assert.deepEqual(refusal("/", { settings: { openApi: { ...settings.openApi, mode: "disabled" } } }), [
    404,
    "PGRST126",
    "Root endpoint metadata is disabled",
    null,
  ]);
});

test("a profile names the schema, for reads by another header than for writes", () => {
  const two = { settings: { schemas: ["v1", "v2"] } };
  assert.deepEqual([read("/t").schema, read("/t").negotiatedByProfile], ["public", false]);
  assert.deepEqual([read("/t", two).schema, read("/t", two).negotiatedByProfile], ["v1", true]);
  assert.equal(read("/t", { ...two, headers: { "accept-profile": "v2" } }).schema, "v2");
  assert.equal(read("/t", { ...two, method: "POST", body: "{}", headers: { "content-profile": "v2" } }).schema, "v2");
  assert.equal(read("/t", { ...two, method: "POST", body: "{}", headers: { "accept-profile": "v2" } }).schema, "v1");
  assert.deepEqual(refusal("/t", { ...two, headers: { "accept-profile": "x" } }), [
    406,
    "PGRST106",
    "Invalid schema: x",
    null,
  ]);
});

test("the query string is decoded, its parameters keep their order and their repetition", () => {
  const { query } = read("/t?id=gt.1&id=lt.9&name=eq.a+b%2Bc%26&x.y=is.null&flag;z=eq.%zz");
  assert.deepEqual(
    query.filters.map(({ path, filter }) => [path, filter.field.name, filter.operation]),
    [
      [[], "id", { kind: "quantifiable", operator: "gt", quantifier: null, value: "1" }],
      [[], "id", { kind: "quantifiable", operator: "lt", quantifier: null, value: "9" }],
      [[], "name", { kind: "quantifiable", operator: "eq", quantifier: null, value: "a b+c&" }],
      [["x"], "y", { kind: "is", value: "null" }],
      [[], "z", { kind: "quantifiable", operator: "eq", quantifier: null, value: "%zz" }],
    ],
  );
  assert.equal(query.canonical, "flag=&id=gt.1,lt.9&name=eq.a%20b%2Bc%26&x.y=is.null&z=eq.%25zz");
  assert.equal(read("/t?a=eq.%C3%A9*").query.canonical, "a=eq.%C3%83%C2%A9%2A");
});

test("logic, order and ranges of embedded resources know their path", () => {
  const { query } = read("/t?e.not.or=(a.eq.1,b.eq.2)&e.order=a.desc&e.limit=2&e.offset=1&order=id");
  assert.deepEqual(
    query.logic.map(({ path, tree }) => [path, tree.kind === "expression" && [tree.negated, tree.operator]]),
    [[["e"], [true, "or"]]],
  );
  assert.deepEqual(
    query.order.map(({ path, terms }) => [path, terms.length]),
    [
      [["e"], 1],
      [[], 1],
    ],
  );
  assert.deepEqual(query.ranges, [{ path: ["e"], range: { offset: 1, limit: 2 } }]);
});

test("what has no operator is an argument of a function that is called by GET", () => {
  const { query } = read("/rpc/f?a=1&b=x.y&c=eq.2&a=2&d=fts&e.g=7&h=");
  assert.deepEqual(query.arguments, [
    { name: "a", value: "1" },
    { name: "b", value: "x.y" },
    { name: "a", value: "2" },
    { name: "d", value: "fts" },
    { name: "g", value: "7" },
    { name: "h", value: "" },
  ]);
  assert.deepEqual(
    query.filters.map(({ filter }) => filter.field.name),
    ["c"],
  );
  assert.deepEqual(refusal("/rpc/f?a=is.x"), [
    400,
    "PGRST100",
    '"failed to parse filter (is.x)" (line 1, column 4)',
    'unexpected "x" expecting isVal: (null, not_null, true, false, unknown)',
  ]);
  assert.equal(refusal("/rpc/f?a=1", { method: "POST" })[1], "PGRST100");
});

test("what can't be parsed is told with what it was parsed as", () => {
  const messages = [
    ["/t?id=0", '"failed to parse filter (0)" (line 1, column 1)'],
    ["/t?select=a(", '"failed to parse select parameter (a()" (line 1, column 3)'],
    ["/t?order=id.x", '"failed to parse order (id.x)" (line 1, column 4)'],
    ["/t?or=()", '"failed to parse logic tree (())" (line 1, column 4)'],
    ["/t?columns=", '"failed to parse columns parameter ()" (line 1, column 1)'],
    ["/t?on_conflict=", '"failed to parse on_conflict parameter ()" (line 1, column 1)'],
    ["/t?:=eq.1", '"failed to parse tree path (:)" (line 1, column 1)'],
    ["/t?:.or=(a.eq.1)", '"failed to parse logic path (:.or)" (line 1, column 1)'],
  ] as const;
  for (const [url, message] of messages) assert.deepEqual(refusal(url).slice(0, 3), [400, "PGRST100", message], url);
});

test("limit, offset and the Range header are met", () => {
  const range = (url: string, header?: string): unknown =>
    read(url, header === undefined ? {} : { headers: { range: header } }).range;
  assert.deepEqual(range("/t"), { offset: 0, limit: null });
  assert.deepEqual(range("/t?limit=5"), { offset: 0, limit: 5 });
  assert.deepEqual(range("/t?offset=5"), { offset: 5, limit: null });
  assert.deepEqual(range("/t?limit=5&offset=10"), { offset: 10, limit: 5 });
  assert.deepEqual(range("/t?limit=0"), { offset: 0, limit: 0 });
  assert.deepEqual(range("/t?limit=x"), { offset: 0, limit: null });
  assert.deepEqual(range("/t?offset=-3&limit=10"), { offset: 0, limit: 7 });
  assert.deepEqual(range("/t", "2-4"), { offset: 2, limit: 3 });
  assert.deepEqual(range("/t", "2-"), { offset: 2, limit: null });
  assert.deepEqual(range("/t", "items=2-4"), { offset: 0, limit: null });
  assert.deepEqual(range("/t?limit=2&offset=1", "0-100"), { offset: 1, limit: 2 });
  assert.deepEqual(read("/t", { method: "HEAD", headers: { range: "9-1" } }).range, { offset: 0, limit: null });
});

test("ranges that no result can have are refused", () => {
  const message = "Requested range not satisfiable";
  const lower = "The lower boundary must be lower than or equal to the upper boundary in the Range header.";
  const negative = "Limit should be greater than or equal to zero.";
  assert.deepEqual(refusal("/t", { headers: { range: "9-1" } }), [416, "PGRST103", message, lower]);
  assert.deepEqual(refusal("/t?limit=-1"), [416, "PGRST103", message, negative]);
  assert.deepEqual(refusal("/t?limit=1&offset=9", { headers: { range: "0-1" } }), [416, "PGRST103", message, negative]);
  assert.equal(refusal("/t?limit=1", { method: "PUT", body: "{}" })[1], "PGRST114");
});

test("preferences: of two of a kind the first, unknown ones listed", () => {
  const { preferences } = read("/t", {
    headers: {
      prefer: "count=exact,   return=representation ,tx=rollback, tx=commit, max-affected=7, timezone=X/Y, a=b",
    },
  });
  assert.deepEqual(preferences, {
    resolution: null,
    return: "representation",
    count: "exact",
    transaction: "rollback",
    missing: null,
    handling: null,
    timezone: "X/Y",
    maxAffected: 7,
    invalid: ["a=b"],
  });
  const fixed = read("/t", { headers: { prefer: "tx=rollback" }, settings: { transactionEnd: "commit" } });
  assert.equal(fixed.preferences.transaction, null);
});

test("accepted media types are sorted by what is wanted most", () => {
  const accepts = (accept: string): unknown => read("/t", { headers: { accept } }).accepts;
  assert.deepEqual(read("/t").accepts, [{ kind: "any" }]);
  assert.deepEqual(accepts("text/csv;q=0.5, application/json; q=0.9, */*;q=0.1"), [
    { kind: "json" },
    { kind: "csv" },
    { kind: "any" },
  ]);
  assert.deepEqual(accepts("application/vnd.pgrst.object+json;nulls=stripped, Text/CSV"), [
    { kind: "object", stripNulls: true },
    { kind: "csv" },
  ]);
  assert.deepEqual(accepts("application/vnd.pgrst.array+json, text/unknown;a=1"), [
    { kind: "other", name: "text/unknown;a=1" },
    { kind: "json" },
  ]);
  assert.deepEqual(accepts('application/vnd.pgrst.plan+json; for="text/csv"; options=analyze|wal|x'), [
    { kind: "plan", format: "json", of: { kind: "csv" }, options: ["analyze", "wal"] },
  ]);
});

test("a JSON body is read as far as its keys", () => {
  const payload = (body: string, url = "/t"): unknown => read(url, { method: "POST", body }).payload;
  const json = (text: string, keys: readonly string[], isArray: boolean): unknown => ({
    kind: "json",
    text,
    keys,
    isArray,
  });
  assert.deepEqual(payload('{"b":[{"x":1}],"a":"\\u00e9"}'), json('{"b":[{"x":1}],"a":"\\u00e9"}', ["a", "b"], false));
  assert.deepEqual(payload(' [{"a":1},{"a":null}] '), json(' [{"a":1},{"a":null}] ', ["a"], true));
  assert.deepEqual(payload("[]"), json("[]", [], true));
  assert.deepEqual(payload("5"), json("[]", [], true));
  assert.deepEqual(payload("[{}]"), json("[{}]", [], true));
  assert.deepEqual(payload('{"\\u0061":1}'), json('{"\\u0061":1}', ["a"], false));
  assert.deepEqual(payload("anything", "/t?columns=b,a"), json("anything", ["a", "b"], false));
  assert.deepEqual(payload("", "/rpc/f"), json("{}", [], false));
});

test("bodies that are not what they say are refused", () => {
  const refused = (body: string | Buffer, type?: string, url = "/t"): string =>
    refusal(url, { method: "POST", body, ...(type === undefined ? {} : { headers: { "content-type": type } }) })[2];
  for (const body of [
    "",
    "{",
    '{"a":01}',
    "[1,]",
    "{a:1}",
    '{"a":"\n"}',
    "[{}]x",
    "\u00a0{}",
    "{'a':1}",
    "nul",
    '{"a":1.}',
  ]) {
    assert.equal(refused(body), "Empty or invalid json", body);
  }
  assert.equal(refused(Buffer.from([0x22, 0xff, 0x22])), "Empty or invalid json");
  assert.equal(refused(`${"[".repeat(100_000)}1`), "Empty or invalid json");
  assert.equal(refused('[{"a":1},{"b":1}]'), "All object keys must match");
  assert.equal(refused('[{"a":1},2]'), "All object keys must match");
  assert.equal(refused("[1]"), "All object keys must match");
  assert.equal(refused("a,b\n1\n2,3", "text/csv"), "All lines must have same number of fields");
  assert.equal(refused("x", "text/plain"), "Content-Type not acceptable: text/plain");
  assert.equal(
    refused("x", "multipart/form-data; boundary=b"),
    "Content-Type not acceptable: multipart/form-data; boundary=b",
  );
});

test("CSV becomes JSON, forms become JSON or arguments, raw bodies stay bytes", () => {
  const payloadOf = (body: string, type: string, url: string): unknown =>
    read(url, { method: "POST", body, headers: { "content-type": type } }).payload;
  assert.deepEqual(payloadOf('a,b\r\n1,"x, ""y"""\r\n\r\nNULL,\r\n', "text/csv", "/t"), {
    kind: "json",
    text: '[{"a":"1","b":"x, \\"y\\""},{"a":null,"b":""}]',
    keys: ["a", "b"],
    isArray: true,
  });
  assert.deepEqual(payloadOf("b=1+2&a=%20", "application/x-www-form-urlencoded", "/t"), {
    kind: "json",
    text: '{"b":"1 2","a":" "}',
    keys: ["a", "b"],
    isArray: false,
  });
  assert.deepEqual(payloadOf("a=1&a=2", "application/x-www-form-urlencoded", "/rpc/f"), {
    kind: "form",
    fields: [
      ["a", "1"],
      ["a", "2"],
    ],
  });
  assert.deepEqual(payloadOf("<a/>", "text/xml", "/rpc/f"), { kind: "raw", bytes: Buffer.from("<a/>") });
});

test("headers come with lower-case names, cookies by themselves", () => {
  const request = read("/t", { headers: { cookie: 'a=1; b="x"; c', "x-one": "1" } });
  assert.deepEqual(request.headers, [["x-one", "1"]]);
  assert.deepEqual(request.cookies, [
    ["a", "1"],
    ["b", "x"],
    ["c", ""],
  ]);
});

test("headers and cookies that are UTF-8 are read as UTF-8", () => {
  const sent = Buffer.from("größe").toString("latin1");
  const { headers, cookies, schema } = read("/t", {
    headers: { "x-name": sent, cookie: `name=${sent}`, "accept-profile": sent },
    settings: { schemas: ["public", "größe"] },
  });
  assert.deepEqual(Object.fromEntries(headers)["x-name"], "größe");
  assert.deepEqual([cookies, schema], [[["name", "größe"]], "größe"]);
});
