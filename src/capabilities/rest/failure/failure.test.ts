import assert from "node:assert/strict";
import { test } from "node:test";
import pg from "pg";
import { AppError } from "../../../errors/index.ts";
import { StatementError } from "../../../postgres/index.ts";
import { Refusal } from "../../../identity/index.ts";
import * as failures from "./index.ts";

const { failureBody, failureHeaders, toFailure } = failures;

function statementError(code: string, message: string, more: { detail?: string; hint?: string } = {}): StatementError {
  return new StatementError(Object.assign(new pg.DatabaseError(message, 0, "error"), { code, ...more }));
}

test("what Postgres says is passed through, keys in the alphabet's order", () => {
  const error = statementError("23502", 'null value in column "id"', { detail: "Failing row contains (null)." });
  const failure = toFailure(error, false);
  assert.equal(failure.status, 400);
  assert.equal(
    failureBody(failure, "verbose"),
    '{"code":"23502","details":"Failing row contains (null).","hint":null,"message":"null value in column \\"id\\""}',
  );
  assert.equal(failureBody(failure, "minimal"), '{"code":"23502","message":"null value in column \\"id\\""}');
  assert.deepEqual(failureHeaders(failure), [
    ["Content-Type", "application/json; charset=utf-8"],
    ["Proxy-Status", "PostgREST; error=23502"],
  ]);
});

test("a missing privilege is 401 with a challenge for strangers, 403 for the others", () => {
  const error = statementError("42501", "permission denied for table t");
  assert.equal(toFailure(error, true).status, 403);
  assert.deepEqual(toFailure(error, true).headers, []);
  assert.equal(toFailure(error, false).status, 401);
  assert.deepEqual(toFailure(error, false).headers, [["WWW-Authenticate", "Bearer"]]);
});

test("each SQLSTATE has its status", () => {
  const expected: readonly (readonly [string, number, string?])[] = [
    ["08006", 503],
    ["0LP01", 403],
    ["0P000", 403],
    ["21000", 500],
    ["21000", 400, "UPDATE requires a WHERE clause"],
    ["22023", 400],
    ["22023", 401, 'role "nobody" does not exist'],
    ["23503", 409],
    ["23505", 409],
    ["25006", 405],
    ["25001", 500],
    ["28000", 403],
    ["2D000", 500],
    ["40001", 500],
    ["42883", 404],
    ["42883", 406, "function xmlagg(unknown) does not exist"],
    ["42P01", 404],
    ["42P17", 500],
    ["42703", 400],
    ["53400", 500],
    ["53300", 503],
    ["54001", 500],
    ["55000", 500],
    ["57014", 500],
    ["57P01", 503],
    ["58000", 500],
    ["F0000", 500],
    ["HV000", 500],
    ["P0001", 400],
    ["P0002", 500],
    ["PT402", 402],
    ["PTx02", 500],
    ["XX000", 500],
  ];
  for (const [code, status, message = "m"] of expected) {
    assert.equal(failures.sqlstateStatus(code, message, true), status, `${code} ${message}`);
  }
});

test("raise PT402 chooses the status and its reason phrase", () => {
  const failure = toFailure(statementError("PT402", "Payment Required", { detail: "Quota", hint: "Upgrade" }), true);
  assert.deepEqual(
    [failure.status, failure.reason, failure.details, failure.hint],
    [402, "Payment Required", "Quota", "Upgrade"],
  );
  const other = toFailure(statementError("PTx02", "not a status"), true);
  assert.deepEqual([other.status, other.reason], [500, undefined]);
});

test("raise PGRST is the whole response", () => {
  const message = '{"code":"123","message":"Payment Required","details":"Quota exceeded","hint":"Upgrade your plan"}';
  const detail = '{"status":402,"headers":{"X-Powered-By":"Nerd Rage"}}';
  const failure = toFailure(statementError("PGRST", message, { detail }), true);
  assert.equal(failure.status, 402);
  assert.deepEqual(failure.headers, [["X-Powered-By", "Nerd Rage"]]);
  assert.equal(
    failureBody(failure, "verbose"),
    '{"code":"123","details":"Quota exceeded","hint":"Upgrade your plan","message":"Payment Required"}',
  );
});

test("raise PGRST that can't be read is PGRST121 with what is wrong", () => {
  const good = '{"code":"123","message":"m"}';
  const wrongs: readonly (readonly [string, string | undefined, string])[] = [
    ["INVALID", '{"status":332,"headers":{}}', "Invalid JSON value for MESSAGE: 'INVALID'"],
    [good, undefined, "DETAIL is missing in the RAISE statement"],
    [good, "INVALID", "Invalid JSON value for DETAIL: 'INVALID'"],
    [good, '{"status":"402","headers":{}}', `Invalid JSON value for DETAIL: '{"status":"402","headers":{}}'`],
    [good, '{"status":402,"headers":{"a":1}}', `Invalid JSON value for DETAIL: '{"status":402,"headers":{"a":1}}'`],
  ];
  for (const [message, detail, details] of wrongs) {
    const failure = toFailure(statementError("PGRST", message, detail === undefined ? {} : { detail }), true);
    assert.deepEqual([failure.status, failure.code, failure.details], [500, "PGRST121", details]);
    assert.equal(failure.message, `Could not parse JSON in the "RAISE SQLSTATE 'PGRST'" error`);
  }
});

test("checks inside the SQL come back as the interface's own failures", () => {
  const marked = (text: string): string =>
    failureBody(
      toFailure(statementError("22P02", `invalid input syntax for type integer: "${text}"`), true),
      "verbose",
    );
  assert.equal(
    marked("howdah:PGRST116:0"),
    '{"code":"PGRST116","details":"The result contains 0 rows","hint":null,"message":"Cannot coerce the result to a single JSON object"}',
  );
  assert.equal(
    marked("howdah:PGRST124:7"),
    '{"code":"PGRST124","details":"The query affects 7 rows","hint":null,"message":"Query result exceeds max-affected preference constraint"}',
  );
  assert.equal(
    marked("howdah:PGRST115"),
    '{"code":"PGRST115","details":null,"hint":null,"message":"Payload values do not match URL in primary key column(s)"}',
  );
  assert.match(marked("howdah:nonsense"), /"code":"22P02"/);
});

test("a role that can't be taken is Postgres's own message", () => {
  const cause = Object.assign(new pg.DatabaseError('role "x" does not exist', 0, "error"), { code: "22023" });
  const error = new AppError("WD209", "the request's role or settings were refused", {
    postgres: { sqlstate: "22023" },
    cause,
  });
  const failure = toFailure(error, true);
  assert.deepEqual([failure.status, failure.code, failure.message], [401, "22023", 'role "x" does not exist']);
});

test("connections that fail are told apart", () => {
  const refused = Object.assign(new Error("connect ECONNREFUSED"), { syscall: "connect" });
  const failed = new AppError("WD201", "Postgres can't be reached", { detail: "refused", cause: refused });
  assert.deepEqual([toFailure(failed, true).status, toFailure(failed, true).code], [503, "PGRST000"]);
  for (const cause of [failed, new AggregateError([refused])]) {
    assert.equal(toFailure(new AppError("WD201", "Postgres can't be reached", { cause }), true).code, "PGRST000");
  }
  const lost = new AppError("WD201", "Postgres can't be reached", { cause: new Error("Connection terminated") });
  assert.deepEqual([toFailure(lost, true).status, toFailure(lost, true).code], [503, "PGRST001"]);
  const full = new AppError("WD205", "no connection became free");
  assert.deepEqual([toFailure(full, true).status, toFailure(full, true).code], [504, "PGRST003"]);
});

test("a refused token has its code and its challenge", () => {
  const expired = toFailure(new Refusal("claims", "JWT expired"), false);
  assert.deepEqual([expired.status, expired.code], [401, "PGRST303"]);
  assert.deepEqual(expired.headers, [
    ["WWW-Authenticate", 'Bearer error="invalid_token", error_description="JWT expired"'],
  ]);
  const required = toFailure(new Refusal("tokenRequired", "Anonymous access is disabled"), false);
  assert.deepEqual([required.code, required.headers], ["PGRST302", [["WWW-Authenticate", "Bearer"]]]);
  assert.equal(toFailure(new Refusal("noKeys", "Server lacks JWT secret"), false).status, 500);
});

test("a call that finds no routine is told by what was sent", () => {
  const call = { schema: "test", routine: "f", argumentNames: ["a", "b"], body: null } as const;
  const get = failures.noRoutine(call, null);
  assert.equal(get.message, "Could not find the function test.f(a, b) in the schema cache");
  assert.equal(
    get.details,
    "Searched for the function test.f with parameters a, b, but no matches were found in the schema cache.",
  );
  const post = failures.noRoutine({ ...call, argumentNames: ["a"], body: "json" }, "Perhaps you meant …");
  assert.equal(
    post.details,
    "Searched for the function test.f with parameter a or with a single unnamed json/jsonb parameter, but no matches were found in the schema cache.",
  );
  assert.equal(post.hint, "Perhaps you meant …");
  const none = failures.noRoutine({ ...call, argumentNames: [], body: "json" }, null);
  assert.equal(none.message, "Could not find the function test.f without parameters in the schema cache");
  const raw = failures.noRoutine({ ...call, body: "bytea" }, "never shown");
  assert.equal(raw.message, "Could not find the function test.f in the schema cache");
  assert.match(String(raw.details), /test.f with a single unnamed bytea parameter, but/);
  assert.equal(raw.hint, null);
});

test("an ambiguous embedding lists its relationships", () => {
  const failure = failures.ambiguousRelationship("orders", "addresses", [
    {
      parent: "orders",
      child: "addresses",
      cardinality: "many-to-one",
      relationship: "billing using orders(billing_id) and addresses(id)",
      hint: "billing",
    },
  ]);
  assert.equal(
    failureBody(failure, "verbose"),
    '{"code":"PGRST201","details":[{"cardinality":"many-to-one","embedding":"orders with addresses","relationship":"billing using orders(billing_id) and addresses(id)"}],' +
      "\"hint\":\"Try changing 'addresses' to one of the following: 'addresses!billing'. Find the desired relationship in the 'details' key.\"," +
      "\"message\":\"Could not embed because more than one relationship was found for 'orders' and 'addresses'\"}",
  );
});
