import assert from "node:assert/strict";
import { test } from "node:test";
import { createLog, fastifyLogger } from "./log.ts";

function lines(mode: "development" | "production", level?: "debug" | "silent") {
  const written: string[] = [];
  return { log: createLog({ mode, level, write: (line) => void written.push(line) }), written };
}

test("production writes one JSON object a line", () => {
  const { log, written } = lines("production");
  log.info({ status: 200 }, "GET / 200");
  log.debug({}, "not shown");
  assert.equal(written.length, 1);
  const { time, ...fields } = JSON.parse(written[0] ?? "") as Record<string, unknown>;
  assert.match(String(time), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  assert.deepEqual(fields, { level: "info", status: 200, msg: "GET / 200" });
});

test("development writes a line for a person", () => {
  const { log, written } = lines("development", "debug");
  log.info({ method: "GET", path: "/", status: 200, ms: 1, request_id: "x" }, "GET / 200 1 ms");
  log.error({ code: "WD528", at: "pages/a.sql:1:2" }, "it failed");
  assert.match(written[0] ?? "", /^\d\d:\d\d:\d\d GET \/ 200 1 ms\n$/);
  assert.match(written[1] ?? "", /^\d\d:\d\d:\d\d error it failed code=WD528 at=pages\/a.sql:1:2\n$/);
});

test("the lines of a file that an error is about stand below it", () => {
  const { log, written } = lines("development");
  log.error({ at: "pages/a.sql:1:1", frame: "> 1 | selec\n    | ^" }, "it failed");
  assert.match(written[0] ?? "", /^\S+ error it failed at=pages\/a.sql:1:1\n  > 1 \| selec\n      \| \^\n$/);
});

test("a log line can't steer the terminal", () => {
  const { log, written } = lines("development");
  log.error({ detail: "\u001b[2J" }, "bell \u0007");
  assert.match(written[0] ?? "", /error bell \u2407 detail=\u241b\[2J\n$/);
});

test("silence is silent", () => {
  const { log, written } = lines("production", "silent");
  log.error({}, "x");
  assert.deepEqual(written, []);
});

test("a plugin's log lines keep their fields and lose what may be secret", () => {
  const { log, written } = lines("production");
  const child = fastifyLogger(log).child({ request_id: "r1" });
  child.warn({ req: { headers: { authorization: "secret" } }, err: new Error("broken"), a: 1 }, "a warning");
  child.info("only text");
  const [first, second] = written.map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.deepEqual(
    { ...first, time: 0 },
    { level: "warn", time: 0, request_id: "r1", a: 1, error: "broken", msg: "a warning" },
  );
  assert.equal(second?.["msg"], "only text");
});
