import assert from "node:assert/strict";
import { test } from "node:test";
import { RestFailure } from "../failure/index.ts";
import { settingsForTests } from "../../../../test/support/rest-settings.ts";
import { failureResponse } from "./failure-response.ts";

test("what was raised as status, phrase and headers is sent as HTTP", () => {
  const raised = new RestFailure(402, "größe", "m", {
    reason: "größe\r\nX: y",
    headers: [
      ["X-Name", "a\nb"],
      ["no name", "c"],
    ],
  });
  const { status, reason, headers } = failureResponse(raised, settingsForTests);
  const sent = Buffer.from("größe").toString("latin1");
  assert.deepEqual([status, reason], [402, `${sent}  X: y`]);
  assert.deepEqual(headers.slice(1), [
    ["Proxy-Status", `PostgREST; error=${sent}`],
    ["X-Name", "a b"],
  ]);
});

test("a status that ends no response is 500", () => {
  for (const status of [0, 99, 101, 1000]) {
    const raised = new RestFailure(status, "PT099", "m", { reason: "m" });
    assert.deepEqual(
      [failureResponse(raised, settingsForTests)].map(({ status: sent, reason }) => [sent, reason]),
      [[500, undefined]],
    );
  }
});
