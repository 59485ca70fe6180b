import assert from "node:assert/strict";
import { test } from "node:test";
import { didYouMean, nearest } from "./nearest.ts";

const keys = ["name", "postgres", "server", "roles", "capabilities", "environments"];

test("a letter that is missing, too much, wrong or swapped still names the key", () => {
  assert.equal(nearest("sever", keys), "server");
  assert.equal(nearest("serverr", keys), "server");
  assert.equal(nearest("servar", keys), "server");
  assert.equal(nearest("sevrer", keys), "server");
  assert.equal(nearest("nmae", keys), "name");
});

test("the case of letters is no difference", () => {
  assert.equal(nearest("PostGres", keys), "postgres");
});

test("a name with too little in common suggests nothing", () => {
  assert.equal(nearest("frobnicate", keys), undefined);
  assert.equal(nearest("x", ["y"]), undefined);
  assert.equal(nearest("", keys), undefined);
  assert.equal(nearest("p".repeat(1000), keys), undefined);
});

test("a swap costs one, so that the swapped name wins over the replaced one", () => {
  assert.equal(nearest("form", ["from", "fork"]), "from");
  assert.equal(nearest("abcd", ["abdc", "axyd"]), "abdc");
});

test("of two equally near names the first is suggested", () => {
  assert.equal(nearest("cat", ["bat", "hat"]), "bat");
});

test("the hint is a question, or nothing", () => {
  assert.equal(didYouMean("sever", keys), 'did you mean "server"?');
  assert.equal(didYouMean("frobnicate", keys), undefined);
});
