import assert from "node:assert/strict";
import { test } from "node:test";
import { dependencyClosure } from "./closure.ts";
import { parseDependencies } from "./dependency.ts";
import { PackageIndex, type DebianPackage } from "./package.ts";

function pkg(name: string, version: string, depends = "", provides = ""): DebianPackage {
  return { name, version, depends, provides, url: `https://mirror.example/${name}.deb`, integrity: "", bytes: 1 };
}

function closure(
  roots: string,
  packages: readonly DebianPackage[],
  without?: (name: string) => boolean,
): readonly string[] {
  const found = dependencyClosure(parseDependencies(roots), new PackageIndex(packages), without);
  return found.map(({ name, version }) => `${name} ${version}`);
}

test("everything that is needed is taken once, circles included", () => {
  const packages = [
    pkg("pg", "17", "libc6 (>= 2), libssl"),
    pkg("libssl", "3", "libc6"),
    pkg("libc6", "2.4", "libgcc"),
    pkg("libgcc", "14", "libc6"),
    pkg("other", "1"),
  ];
  assert.deepEqual(closure("pg", packages), ["libc6 2.4", "libgcc 14", "libssl 3", "pg 17"]);
});

test("the newest version of all suites is taken, or the exact one that is asked for", () => {
  const packages = [pkg("pg", "17.9"), pkg("pg", "17.10"), pkg("pg", "17.2")];
  assert.deepEqual(closure("pg", packages), ["pg 17.10"]);
  assert.deepEqual(closure("pg (= 17.9)", packages), ["pg 17.9"]);
});

test("an alternative that is taken already is enough, else the first that exists", () => {
  const packages = [pkg("pg", "17", "b, a | b"), pkg("a", "1"), pkg("b", "1")];
  assert.deepEqual(closure("pg", packages), ["b 1", "pg 17"]);
  assert.deepEqual(closure("pg", [pkg("pg", "17", "a | b"), pkg("b", "1")]), ["b 1", "pg 17"]);
});

test("a provided name meets a dependency; a versioned one only when it is provided with a version", () => {
  const packages = [
    pkg("pg", "17", "mail"),
    pkg("exim", "4", "", "mail"),
    pkg("strict", "1", "mail (>= 2)"),
    pkg("able", "1", "api (>= 2)"),
    pkg("impl", "9", "", "api (= 2.1)"),
  ];
  assert.deepEqual(closure("pg", packages), ["exim 4", "pg 17"]);
  assert.deepEqual(closure("able", packages), ["able 1", "impl 9"]);
  assert.throws(() => closure("strict", packages), { code: "WD364" });
});

test("what is left out is not followed either", () => {
  const packages = [pkg("pg", "17", "perl, libc6"), pkg("perl", "5", "perl-base"), pkg("libc6", "2")];
  assert.deepEqual(
    closure("pg", packages, (name) => name === "perl"),
    ["libc6 2", "pg 17"],
  );
});

test("a missing dependency is named with who needs it, and with what is there", () => {
  const packages = [pkg("pg", "17", "libssl"), pkg("libssl", "3", "libc6 (>= 2.40)"), pkg("libc6", "2.36")];
  assert.throws(() => closure("pg", packages), {
    code: "WD364",
    message: "the suite has no package for libc6 (>= 2.40)",
    detail: "needed by pg → libssl → libc6 (>= 2.40)\nit has libc6 2.36",
  });
});

test("two versions of one package are never taken", () => {
  const packages = [
    pkg("pg", "17", "a, b"),
    pkg("a", "1", "c (= 1)"),
    pkg("b", "1", "c (= 2)"),
    pkg("c", "1"),
    pkg("c", "2"),
  ];
  assert.throws(() => closure("pg", packages), { code: "WD364", detail: /needed by pg → b → c \(= 2\)\nit has c 1/ });
});
