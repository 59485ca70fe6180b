import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { promisify } from "node:util";
import { emptyFolder, root } from "./howdah.ts";

const run = promisify(execFile);

test("the packed tarball, installed without scripts into an empty folder, makes a project that answers", async (t) => {
  const folder = await emptyFolder(t);
  const { NODE_TEST_CONTEXT: _context, ...inherited } = process.env;
  const env = {
    ...inherited,
    PATH: `${dirname(process.execPath)}:${process.env["PATH"]}`,
    npm_config_loglevel: "error",
  };
  await run("npm", ["pack", "--pack-destination", folder], { cwd: root, env });
  const tarball = readdirSync(folder).find((file) => file.endsWith(".tgz"));
  assert.ok(tarball);
  const flags = ["--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"];
  await run("npm", ["install", ...flags, `./${tarball}`], { cwd: folder, env });
  assert.ok(!existsSync(join(folder, "node_modules/howdah/src")), "no sources are needed");

  const made = await run("npx", ["howdah", "init", "app"], { cwd: folder, env });
  assert.match(made.stderr, /cd app\n {2}npx howdah run/);
  const app = join(folder, "app");
  const child = spawn(join(folder, "node_modules/.bin/howdah"), ["run", "--port", "0", "--json"], { cwd: app, env });
  const ended = once(child, "exit");
  t.after(async () => {
    child.kill("SIGINT");
    await ended;
  });
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const [line] = (await Promise.race([once(createInterface({ input: child.stdout }), "line"), ended])) as [unknown];
  assert.equal(typeof line, "string", stderr);
  const { url } = JSON.parse(String(line)) as { readonly url: string };
  const page = await fetch(url);
  assert.equal(page.status, 200);
  assert.match(await page.text(), /<h1>app<\/h1>/);
});
