import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { commands } from "../../src/cli/commands.ts";
import { emptyFolder, howdah, root } from "./howdah.ts";

test("--help lists every command on standard output", async () => {
  const { code, stdout, stderr } = await howdah(["--help"]);
  assert.equal(code, 0);
  assert.equal(stderr, "");
  for (const { name } of commands) assert.match(stdout, new RegExp(`^  ${name}\\b`, "m"));
  assert.match(stdout, /Exit codes: 0 success, 1 failure, 2 wrong usage, 3 refused until you decide, 130 interrupted/);
});

test("help fits into a terminal of 80 columns", async () => {
  const { stdout } = await howdah(["--help"]);
  const wide = stdout.split("\n").filter((line) => line.length > 96);
  assert.deepEqual(wide, []);
});

test("every command explains itself, by --help and by help", async () => {
  for (const { name } of commands) {
    const flag = await howdah([name, "--help"]);
    assert.equal(flag.code, 0, name);
    assert.match(flag.stdout, new RegExp(`^Usage: howdah ${name}`), name);
    assert.deepEqual(await howdah(["help", name]), flag, name);
  }
});

test("help reaches commands within commands", async () => {
  const { code, stdout } = await howdah(["help", "new", "migration"]);
  assert.equal(code, 0);
  assert.match(stdout, /^Usage: howdah new migration/);
});

test("no command at all is wrong usage, told with the help on standard error", async () => {
  const { code, stdout, stderr } = await howdah([]);
  assert.equal(code, 2);
  assert.equal(stdout, "");
  assert.match(stderr, /^Usage: howdah <command>/);
});

test("--version prints what package.json says", async () => {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { readonly version: string };
  const { code, stdout } = await howdah(["--version"]);
  assert.deepEqual({ code, stdout }, { code: 0, stdout: `${version}\n` });
});

test("--help opens no socket, asks no name server, starts no process and loads no command", async (t) => {
  const watcher = join(await emptyFolder(t), "watch.mjs");
  writeFileSync(
    watcher,
    `import net from "node:net"; import dns from "node:dns"; import dgram from "node:dgram";
     import child from "node:child_process"; import { registerHooks } from "node:module"; import { writeSync } from "node:fs";
     const forbid = (object, names) => names.forEach((name) => {
       object[name] = () => { writeSync(2, "FORBIDDEN " + name + "\\n"); process.exit(99); };
     });
     forbid(net.Socket.prototype, ["connect"]); forbid(dns, ["lookup", "resolve"]); forbid(dgram, ["createSocket"]);
     forbid(child, ["spawn", "spawnSync", "exec", "execFile", "fork"]); globalThis.fetch = () => process.exit(99);
     registerHooks({ load(url, context, next) { if (url.startsWith("file:")) writeSync(2, "LOADED " + url + "\\n"); return next(url, context); } });`,
  );
  const { code, stderr } = await howdah(["--help"], {
    env: { NODE_OPTIONS: `--import=${pathToFileURL(watcher).href}` },
  });
  assert.equal(code, 0, stderr);
  const loaded = stderr.split("\n").flatMap((line) => /^LOADED (.*)$/.exec(line)?.[1] ?? []);
  assert.ok(
    loaded.some((url) => url.endsWith("/cli/main.ts")),
    "the watcher sees what is loaded",
  );
  const floors = loaded.flatMap((url) => /\/src\/([^/]+)\//.exec(url)?.[1] ?? []);
  assert.deepEqual([...new Set(floors)].toSorted(), ["cli", "errors"]);
  const commandFiles = commands.map(({ name }) => `/cli/${name}.ts`);
  assert.deepEqual(
    loaded.filter((url) => commandFiles.some((file) => url.endsWith(file))),
    [],
  );
});

test("what was compiled is kept in the cache, where there is one that can be written to", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "howdah-compiled-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  // A coverage of the tests would turn it off.
  const run = (cache: string): ReturnType<typeof howdah> =>
    howdah(["--help"], { env: { HOWDAH_CACHE: cache, NODE_V8_COVERAGE: "" } });
  const missing = join(folder, "missing");
  const first = await run(missing);
  assert.equal(existsSync(missing), false);
  const cache = join(folder, "cache");
  await mkdir(cache);
  assert.deepEqual(await run(cache), first);
  assert.ok((await readdir(join(cache, "compiled"), { recursive: true })).length > 20);
  assert.deepEqual(await run(cache), first);
  const blocked = join(folder, "blocked");
  await mkdir(blocked);
  await writeFile(join(blocked, "compiled"), "");
  assert.deepEqual(await run(blocked), first);
});
