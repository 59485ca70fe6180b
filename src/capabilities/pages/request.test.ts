import assert from "node:assert/strict";
import { test } from "node:test";
import { cookieFields, fieldsOf, queryFields } from "./request.ts";

test("the last of several values wins, names ending in [] give a JSON array", () => {
  assert.deepEqual(
    { ...queryFields("?a=1&a=2&tags[]=x&tags[]=y%20z&b=&__proto__=p&constructor=c") },
    {
      a: "2",
      tags: '["x","y z"]',
      b: "",
      ["__proto__"]: "p",
      constructor: "c",
    },
  );
});

test("no name is special: fields have no prototype", () => {
  const fields = fieldsOf([["x", "1"]]);
  assert.equal(fields["toString"], undefined);
  assert.equal(queryFields("")["constructor"], undefined);
});

test("the first of several cookies wins, and what is none is left out", () => {
  assert.deepEqual(
    { ...cookieFields("a=1; b = x=y ;a=2; c; =d;__proto__=z") },
    { a: "1", b: "x=y", ["__proto__"]: "z" },
  );
  assert.deepEqual({ ...cookieFields(undefined) }, {});
});
