import assert from "node:assert/strict";
import { test } from "node:test";
import { redact } from "./redact.ts";

test("the password of a URL is hidden, everything else of it stays", () => {
  assert.equal(
    redact("connecting to postgres://app:s3cret@db.example:5432/app?sslmode=require failed"),
    "connecting to postgres://app:***@db.example:5432/app?sslmode=require failed",
  );
  assert.equal(redact("postgresql://app:s3cret@h/db"), "postgresql://app:***@h/db");
});

test("a password with unencoded @ and / is hidden whole", () => {
  assert.equal(redact("postgres://u:p@ss/w@rd@h/db"), "postgres://u:***@h/db");
});

test("a quoted URL with spaces in the password is hidden whole", () => {
  assert.equal(redact('url = "postgres://u:my pass@h/db" # mine'), 'url = "postgres://u:***@h/db" # mine');
});

test("several URLs in one text are hidden each", () => {
  assert.equal(redact("postgres://a:1@h/x\npostgres://b:2@h/y"), "postgres://a:***@h/x\npostgres://b:***@h/y");
});

test("libpq's password keyword and query parameter are hidden", () => {
  assert.equal(redact("host=h password=s3cret user=u"), "host=h password=*** user=u");
  assert.equal(redact("host=h password = 'a b' user=u"), "host=h password = *** user=u");
  assert.equal(redact("postgres://h/db?password=s3cret&x=1"), "postgres://h/db?password=***&x=1");
});

test("text without a secret stays as it is", () => {
  for (const text of [
    "postgres://h/db",
    "postgres://user@h/db",
    "12:30 a@b.example",
    "select ':x@y'",
    "password reset",
  ]) {
    assert.equal(redact(text), text);
  }
});

test("a token in a web address is hidden, as git takes it", () => {
  assert.equal(
    redact("can't be fetched: https://ghp_s3cret@git.example/x.git"),
    "can't be fetched: https://***@git.example/x.git",
  );
  assert.equal(redact("git+https://u:s3cret@git.example/x.git"), "git+https://u:***@git.example/x.git");
  assert.equal(redact("ssh://git@git.example/x.git"), "ssh://git@git.example/x.git");
  assert.equal(redact("https://example.org/a@b"), "https://example.org/a@b");
});
