import assert from "node:assert/strict";
import { test } from "node:test";
import { listenSettings, serverConfig } from "./server-config.ts";

test("durability is never switched off by our defaults", () => {
  assert.doesNotMatch(serverConfig(18, {}), /fsync|full_page_writes|synchronous_commit/);
});

test("a project's settings replace ours and are quoted as Postgres reads them", () => {
  const text = serverConfig(18, { max_wal_size: "2GB", "app.motto": "it's a \\ on\ntwo lines" });
  assert.match(text, /^max_wal_size = '2GB'$/m);
  assert.match(text, /^app\.motto = 'it''s a \\\\ on\\ntwo lines'$/m);
  assert.doesNotMatch(text, /256MB/);
});

test("settings of PostgreSQL 18 stay away from older ones", () => {
  assert.match(serverConfig(18, {}), /io_workers/);
  assert.doesNotMatch(serverConfig(17, {}), /io_workers/);
});

for (const name of ["port", "Listen_Addresses", "unix_socket_directories", "hba_file", "a'b", "a b", ""]) {
  test(`the setting “${name}” is refused`, () => {
    assert.throws(() => serverConfig(18, { [name]: "1" }), { code: "WD378" });
  });
}

test("a socket folder with commas, spaces and quotes is one folder", () => {
  assert.ok(listenSettings('/a, b/"c"', 5).includes('unix_socket_directories="/a, b/""c"""'));
});
