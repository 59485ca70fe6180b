import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";

const script = `
  import { loadParser } from ${JSON.stringify(new URL("parser.ts", import.meta.url).href)};
  const parse = await loadParser();
  const text = "create table t (id int primary key, name text not null default 'x', check (name <> ''));".repeat(1000);
  for (let round = 0; round < 30; round++) parse(text);
  console.log(process.resourceUsage().maxRSS);
`;

test("parsing megabytes takes no more memory than their trees: nothing optimizes the parser meanwhile", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script]);
  const megabytes = Number(stdout) / 1024;
  assert.ok(megabytes > 0 && megabytes < 350, `${megabytes} MB`);
});
