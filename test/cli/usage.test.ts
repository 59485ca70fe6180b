import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyFolder, howdah } from "./howdah.ts";

test("a mistyped command names the nearest one, with exit code 2", async (t) => {
  const { code, stdout, stderr } = await howdah(["migrte"], { cwd: await emptyFolder(t) });
  assert.equal(code, 2);
  assert.equal(stdout, "");
  assert.equal(stderr, 'WD002 unknown command "migrte"\n  hint: did you mean "migrate"?\n');
});

test("a mistyped option names the nearest one", async () => {
  const { code, stderr } = await howdah(["migrate", "--plna"]);
  assert.equal(code, 2);
  assert.match(stderr, /unknown option "--plna"\n {2}hint: did you mean "--plan"\?/);
});

test("a mistyped command within a command names the nearest one", async () => {
  const { code, stderr } = await howdah(["new", "migratoin", "x"]);
  assert.equal(code, 2);
  assert.match(stderr, /did you mean "migration"\?/);
});

test("a word that resembles nothing gets the way to the list", async (t) => {
  const { code, stderr } = await howdah(["frobnicate"], { cwd: await emptyFolder(t) });
  assert.equal(code, 2);
  assert.match(stderr, /hint: `howdah --help` lists the commands/);
});

test("missing and surplus arguments and wrong values are wrong usage", async () => {
  for (const args of [
    ["explain"],
    ["explain", "WD001", "WD002"],
    ["run", "--port", "abc"],
    ["run", "--port", "70000"],
  ]) {
    const { code, stderr } = await howdah(args);
    assert.equal(code, 2, `${args.join(" ")}: ${stderr}`);
    assert.match(stderr, /^WD002 /);
  }
});

test("--json tells wrong usage as one line of JSON on standard error", async () => {
  const { code, stdout, stderr } = await howdah(["status", "--json", "--frob"]);
  assert.equal(code, 2);
  assert.equal(stdout, "");
  const { error } = JSON.parse(stderr) as { readonly error: Readonly<Record<string, unknown>> };
  assert.equal(error["code"], "WD002");
  assert.equal(error["message"], 'unknown option "--frob"');
});

test("outside of a project the way to one is told", async (t) => {
  const cwd = await emptyFolder(t);
  for (const command of ["run", "serve", "migrate", "status", "psql", "doctor", "reset", "dump"]) {
    const { code, stderr } = await howdah([command], { cwd });
    assert.equal(code, 2, command);
    assert.match(stderr, /^WD105 no howdah\.toml in /, command);
    assert.match(stderr, /howdah init/, command);
  }
});

test("-C acts as if started there, before and after the command; a missing folder is wrong usage", async (t) => {
  const folder = await emptyFolder(t);
  for (const args of [
    ["-C", folder, "status"],
    ["status", "-C", folder],
    ["status", `--cwd=${folder}`],
  ]) {
    const { stderr } = await howdah(args);
    assert.ok(stderr.includes(`no howdah.toml in ${folder}`), stderr);
  }
  const { code, stderr } = await howdah(["status", "-C", `${folder}/none`]);
  assert.equal(code, 2);
  assert.match(stderr, /^WD010 the folder ".*none" doesn't exist/);
});

test("a mistake in howdah.toml is shown with its place, as text and as JSON", async (t) => {
  const cwd = await emptyFolder(t);
  const { writeFileSync } = await import("node:fs");
  writeFileSync(`${cwd}/howdah.toml`, 'name = "x"\npostgre = "18"\n');
  const told = await howdah(["status"], { cwd });
  assert.equal(told.code, 1);
  assert.match(told.stderr, /howdah\.toml:2:1/);
  assert.match(told.stderr, /> 2 \| postgre = "18"/);
  const { error } = JSON.parse((await howdah(["status", "--json"], { cwd })).stderr) as {
    readonly error: { readonly position: unknown };
  };
  assert.deepEqual(error.position, { file: "howdah.toml", line: 2, column: 1 });
});
