import assert from "node:assert/strict";
import { test } from "node:test";
import { testFolder } from "../../../../test/support/capability.ts";
import { AppError, AppErrors } from "../../../errors/index.ts";
import { readPackage } from "./package-folder.ts";

test("files belong to the path that names them most exactly, by number, and what is no SQL is told", async (t) => {
  const folder = await testFolder(t, {
    "config.json":
      '{"name": "a", "version": "1_0_0", "subclass": "basic", "functions_path": ["."], "types_path": "types/"}',
    "10.sql": "",
    "2.sql": "",
    "sub/deep/f.pgsql": "",
    "types/t.sql": "",
    ".hidden/x.sql": "",
    "README.md": "",
  });
  const { scripts, ignored, schema } = await readPackage(folder);
  const found = scripts.map(({ phase, file }) => `${phase} ${file}`);
  assert.deepEqual(found, ["type types/t.sql", "function 2.sql", "function 10.sql", "function sub/deep/f.pgsql"]);
  assert.deepEqual([ignored, schema], [["README.md"], "a"]);
});

test("line endings do not change a checksum", async (t) => {
  const checksum = async (text: string): Promise<string | undefined> => {
    const manifest = '[package]\nname = "a"\nversion = "1.0.0"\n';
    const folder = await testFolder(t, { "howdah.toml": manifest, "functions/f.sql": text });
    return (await readPackage(folder)).scripts[0]?.checksum;
  };
  assert.equal(await checksum("select 1;\nselect 2;\n"), await checksum("select 1;\r\nselect 2;\r\n"));
  assert.notEqual(await checksum("select 1"), await checksum("select 2"));
});

test("mistakes in a manifest are all told, each at its place", async (t) => {
  const folder = await testFolder(t, {
    "config.json": '{"name": "1a",\n "version": "new",\n "subclass": "versioned",\n "owner": "dba"}',
  });
  await assert.rejects(readPackage(folder), (error: unknown) => {
    assert.ok(error instanceof AppErrors);
    const told = error.errors.map(({ code, position }) => `${code} ${position?.file}:${position?.line}`);
    assert.deepEqual(told, ["WD103 config.json:1", "WD103 config.json:2", "WD102 config.json:4"]);
    return true;
  });
});

test("a range that is none points to its line, and a folder without a manifest is no package", async (t) => {
  const folder = await testFolder(t, {
    "howdah.toml": '[package]\nname = "a"\nversion = "1.0.0"\n\n[dependencies]\nb = "latest"\n',
  });
  await assert.rejects(readPackage(folder), { code: "WD391", position: { file: "howdah.toml", line: 6, column: 1 } });
  await assert.rejects(
    readPackage(await testFolder(t, {})),
    (error) => error instanceof AppError && error.code === "WD640",
  );
});
