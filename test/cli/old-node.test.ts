import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { bin, howdah } from "./howdah.ts";

const message = /^howdah needs Node 24 or newer, and this is v[\d.]+: install it from .+\n$/;

test("an old Node is told what to do in one line", async () => {
  const script = "Object.defineProperty(process,'versions',{value:{...process.versions,node:'18.20.0'}})";
  const old = `data:text/javascript,${encodeURIComponent(script)}`;
  const { code, stdout, stderr } = await howdah(["--help"], { env: { NODE_OPTIONS: `--import=${old}` } });
  assert.deepEqual({ code, stdout }, { code: 1, stdout: "" });
  assert.match(stderr, message);
});

test("a real old Node, where this machine has one, says the same", (t) => {
  const candidates = ["/usr/bin/node", "/usr/local/bin/node"];
  const old = candidates.find((path) => {
    const { stdout } = spawnSync(path, ["--version"], { encoding: "utf8" });
    return stdout !== null && Number(/^v(\d+)/.exec(stdout)?.[1] ?? 24) < 24;
  });
  if (old === undefined) return t.diagnostic("there is none: the claim above stands for it");
  const { status, stderr } = spawnSync(old, [bin, "--help"], { encoding: "utf8" });
  assert.equal(status, 1);
  assert.match(stderr, message);
});

test("the binary uses no syntax that Node 12 can't read", () => {
  const code = readFileSync(bin, "utf8").replaceAll(/\/\/.*|"[^"]*"|`[^`]*`/g, "");
  assert.doesNotMatch(code, /\?\.|\?\?|&&=|\|\|=|#\w+\s*[(=;]|\bstatic\s*\{/);
  // Static imports are resolved before the first line runs; top-level await came with Node 14.
  assert.doesNotMatch(code, /^\s*import\s+[^(]|^await\b/m);
});
