import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { describeConfig } from "./describe-config.ts";
import { readConfig } from "./read-config.ts";

const text = `
[postgres]
url = { env = "DB" }
settings = { primary_conninfo = { env = "CONN" }, work_mem = "4MB" }
[mail]
from = "a@b.example"
smtp_password = "s3cret-literal"
server = "smtp://u:s3cret-in-url@h"
keys = [{ env = "KEY" }, "public"]
[mail.nested]
anything = { env = "KEY" }
`;
const env = { DB: "postgres://u:s3cret-db@h/d", CONN: "s3cret-conn", KEY: "s3cret-key" };
const config = readConfig(text, { env, folder: "/p/shop" });

test("no secret is left in the description of a configuration", () => {
  const described = describeConfig(config);
  assert.ok(!JSON.stringify(described).includes("s3cret"));
  assert.deepEqual(described["postgres"], {
    version: "",
    provider: "url",
    url: "postgres://u:***@h/d",
    deb: undefined,
    settings: { primary_conninfo: "***", work_mem: "4MB" },
  });
  assert.deepEqual(described["settings"], {
    mail: {
      from: "a@b.example",
      smtp_password: "***",
      server: "smtp://u:***@h",
      keys: ["***", "public"],
      nested: { anything: "***" },
    },
  });
});

test("neither JSON nor the console shows what a raw table holds", () => {
  assert.ok(!JSON.stringify({ settings: config.settings, file: config.file }).includes("s3cret"));
  assert.ok(
    !inspect({ settings: config.settings, file: config.file }, { depth: 9, showHidden: true }).includes("s3cret"),
  );
});
