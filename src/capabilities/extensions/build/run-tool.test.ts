import assert from "node:assert/strict";
import { test } from "node:test";
import { runTool } from "./run-tool.ts";

test("a tool that is called off says so, and not that it is missing", async () => {
  const abort = new AbortController();
  const running = runTool("sh", ["-c", "exec sleep 60"], { signal: abort.signal });
  setTimeout(() => abort.abort(), 100);
  await assert.rejects(running, { code: "WD358" });
});

test("a tool that is not there ends with 127, any other with its own code and what it said", async () => {
  assert.equal((await runTool("no-such-tool-anywhere", [])).code, 127);
  assert.deepEqual(await runTool("sh", ["-c", "echo said; exit 3"]), { code: 3, output: "said\n" });
});
