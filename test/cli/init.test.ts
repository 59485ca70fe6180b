import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { openProject } from "../../src/application/index.ts";
import { emptyFolder, howdah } from "./howdah.ts";

test("init makes a project of the folder's name that howdah can read, and says what to type next", async (t) => {
  const cwd = await emptyFolder(t);
  const { code, stdout, stderr } = await howdah(["init", "My Shop"], { cwd });
  assert.equal(code, 0);
  assert.equal(stdout, "");
  assert.match(stderr, /my_shop is ready: \d+ files in My Shop/);
  assert.match(stderr, /cd 'My Shop'\n {2}howdah run\n/);
  const root = join(cwd, "My Shop");
  assert.equal((await openProject(root)).config.name, "my_shop");
  assert.match(readFileSync(join(root, ".gitignore"), "utf8"), /^\.howdah\/$/m);
  assert.ok(!readFileSync(join(root, "pages/index.html"), "utf8").includes("__NAME__"));
  for (const part of ["schema", "functions", "pages", "public", "seeds"]) {
    assert.ok(statSync(join(root, part)).isDirectory(), part);
  }
});

test("init . uses the folder as it is, and leaves alone what it does not make", async (t) => {
  const cwd = await emptyFolder(t);
  mkdirSync(join(cwd, ".git"));
  writeFileSync(join(cwd, "LICENSE"), "mine\n");
  const { code } = await howdah(["init", ".", "--name", "shop"], { cwd });
  assert.equal(code, 0);
  assert.equal((await openProject(cwd)).config.name, "shop");
  assert.equal(readFileSync(join(cwd, "LICENSE"), "utf8"), "mine\n");
});

test("init in a fresh repository keeps what is there, names it, and never commits data", async (t) => {
  const cwd = await emptyFolder(t);
  mkdirSync(join(cwd, ".git"));
  const mine = { "README.md": "mine\n", LICENSE: "mine\n", ".gitignore": "dist/\n" };
  for (const [file, text] of Object.entries(mine)) writeFileSync(join(cwd, file), text);
  const { code, stderr } = await howdah(["init", "--name", "shop"], { cwd });
  assert.equal(code, 0, stderr);
  assert.match(stderr, /left as they were: \.gitignore, README\.md\n/);
  for (const [file, text] of Object.entries(mine)) assert.equal(readFileSync(join(cwd, file), "utf8"), text);
  assert.equal(readFileSync(join(cwd, ".howdah/.gitignore"), "utf8"), "*\n");
  assert.equal((await openProject(cwd)).config.name, "shop");
  const again = await howdah(["init", "--name", "shop", "--json"], { cwd });
  assert.deepEqual((JSON.parse(again.stdout) as { kept: unknown }).kept, [".gitignore", "README.md"]);
});

test("init names every file that is in the way, and touches nothing", async (t) => {
  const cwd = await emptyFolder(t);
  writeFileSync(join(cwd, "README.md"), "mine\n");
  writeFileSync(join(cwd, "howdah.toml"), "mine\n");
  writeFileSync(join(cwd, "pages"), "a file where a folder is needed\n");
  const { code, stderr } = await howdah(["init"], { cwd });
  assert.equal(code, 3);
  assert.match(stderr, /^WD003 init would overwrite files/);
  assert.match(stderr, /^ +howdah\.toml$/m);
  assert.match(stderr, /^ +pages$/m);
  assert.doesNotMatch(stderr, /^ +README\.md$/m);
  assert.deepEqual(readdirSync(cwd).toSorted(), ["README.md", "howdah.toml", "pages"]);
  assert.equal(readFileSync(join(cwd, "howdah.toml"), "utf8"), "mine\n");
});

test("a folder that can't be written is told so, and nothing is left", async (t) => {
  const cwd = await emptyFolder(t);
  const { code, stderr } = await howdah(["init", "/proc/x"], { cwd });
  assert.equal(code, 1);
  assert.match(stderr, /^WD016 the project can't be created in "\/proc\/x"/);
});

for (const [folder, name] of [
  ["prøject", "project"],
  ["Łódź-straße", "lodz_strasse"],
  ["café", "cafe"],
  ["プロジェクト", "app"],
] as const) {
  test(`a project in the folder ${folder} is called ${name}`, async (t) => {
    const cwd = await emptyFolder(t);
    assert.equal((await howdah(["init", folder], { cwd })).code, 0);
    assert.equal((await openProject(join(cwd, folder))).config.name, name);
  });
}

test("a second init of an untouched project changes nothing and succeeds", async (t) => {
  const cwd = await emptyFolder(t);
  await howdah(["init"], { cwd });
  const before = statSync(join(cwd, "howdah.toml")).mtimeMs;
  assert.equal((await howdah(["init"], { cwd })).code, 0);
  assert.equal(statSync(join(cwd, "howdah.toml")).mtimeMs, before);
});

test("a name that can't be one is refused with one that can, and nothing is made", async (t) => {
  const cwd = await emptyFolder(t);
  const { code, stderr } = await howdah(["init", "app", "--name", "My-App"], { cwd });
  assert.notEqual(code, 0);
  assert.match(stderr, /--name my_app/);
  assert.ok(!existsSync(join(cwd, "app")));
});

test("init --json tells name, root, files and what to type next", async (t) => {
  const cwd = await emptyFolder(t);
  const { stdout, stderr } = await howdah(["init", "app", "--json"], { cwd, env: { npm_command: "exec" } });
  const told = JSON.parse(stdout) as Readonly<Record<string, unknown>>;
  assert.equal(stderr, "");
  assert.equal(told["name"], "app");
  assert.equal(told["root"], join(cwd, "app"));
  assert.deepEqual(told["next"], ["cd app", "npx howdah run"]);
  assert.ok((told["files"] as readonly string[]).includes("howdah.toml"));
});
