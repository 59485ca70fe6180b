import assert from "node:assert/strict";
import files from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { test } from "node:test";
import { restServer } from "../../../../test/support/rest-server.ts";
import { settingsForTests } from "../../../../test/support/rest-settings.ts";

const openApi = { ...settingsForTests.openApi, isPublished: true };

test("a file of the page that can't be read is a failure as any other, and is told", async (t) => {
  const { url, logged } = await restServer(t, "", { settings: { openApi } });
  const reading = t.mock.method(files, "readFile", async () => await Promise.reject(new Error("too many open files")));
  syncBuiltinESMExports();
  const style = `${url}/openapi/page.css`;
  const failed = await fetch(style, { headers: { "accept-encoding": "gzip" }, signal: AbortSignal.timeout(5000) });
  reading.mock.restore();
  syncBuiltinESMExports();
  assert.equal(failed.status, 500);
  assert.ok(logged.some((line) => line.includes("too many open files")));
  assert.equal((await fetch(style, { headers: { "accept-encoding": "gzip" } })).status, 200);
});
