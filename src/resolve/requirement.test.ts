import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { comparePackageVersions, formatPackageVersion, parsePackageVersion } from "./package-version.ts";
import { highest, parseRequirement, satisfies } from "./requirement.ts";

const published = ["1.0.0", "1.4.0", "1.5.2", "2.0.0"].map(parsePackageVersion);

function best(requirement: string, among = published): string | undefined {
  const found = highest(among, parseRequirement(requirement));
  return found === undefined ? undefined : formatPackageVersion(found);
}

test("the highest version that a requirement allows is taken", () => {
  const cases: Readonly<Record<string, string | undefined>> = {
    "=1.4.0": "1.4.0",
    ">=1.5.0,<2": "1.5.2",
    ">=1.5.0 <2": "1.5.2",
    "1_4_XX": "1.4.0",
    "01_04_XX": "1.4.0",
    "1_4_0": "1.4.0",
    "=1_4_0": "1.4.0",
    ">=1_2_0": "2.0.0",
    "<2": "1.5.2",
    x: "2.0.0",
    "*": "2.0.0",
    "": "2.0.0",
    "1": "1.5.2",
    "^1.4": "1.5.2",
    "~1.4": "1.4.0",
    "<=1.4": "1.4.0",
    ">1": "2.0.0",
    ">1.4.0 <1.6": "1.5.2",
    "1.0 - 1.4": "1.4.0",
    "<1.4 || >=2": "2.0.0",
    ">=3": undefined,
    "<*": undefined,
  };
  for (const [requirement, expected] of Object.entries(cases)) assert.equal(best(requirement), expected, requirement);
});

test(">=1_5_0 does not allow 1.0.0, as it did in the original", () => {
  assert.equal(satisfies(parsePackageVersion("1.0.0"), parseRequirement(">=1_5_0")), false);
  assert.equal(satisfies(parsePackageVersion("2.0.0"), parseRequirement("<=1_5_0")), false);
});

test("a pre-release is taken only where it is asked for", () => {
  const versions = ["1.0.0", "2.0.0-beta.1", "2.0.0-beta.2"].map(parsePackageVersion);
  assert.equal(best(">=1", versions), "1.0.0");
  assert.equal(best("^2.0.0-beta.1", versions), "2.0.0-beta.2");
  assert.equal(best("<2", versions), "1.0.0");
  assert.equal(best("<=2", versions), "1.0.0");
});

test("before 1.0 the first number that is not 0 is what may break", () => {
  const versions = ["0.0.3", "0.0.4", "0.5.1", "0.5.9", "0.6.0"].map(parsePackageVersion);
  assert.equal(best("^0.5.1", versions), "0.5.9");
  assert.equal(best("^0.0.3", versions), "0.0.3");
  assert.equal(best("^0.x", versions), "0.6.0");
});

test("what is no range is refused", () => {
  for (const text of ["latest", ">=", "1.x.2", "!=1", "1.2.3.4", "a || 1"]) {
    assert.throws(() => parseRequirement(text), { code: "WD391" }, text);
  }
});

const version = fc
  .record({ major: fc.nat(4), minor: fc.nat(4), patch: fc.nat(4) })
  .map((numbers) => ({ ...numbers, pre: [] }));

test("each comparison means what its sign says, whatever the versions", () => {
  const signs = {
    "<": (n: number) => n < 0,
    "<=": (n: number) => n <= 0,
    ">": (n: number) => n > 0,
    ">=": (n: number) => n >= 0,
    "=": (n: number) => n === 0,
  };
  fc.assert(
    fc.property(version, version, fc.constantFrom(...Object.entries(signs)), (one, other, [sign, holds]) => {
      const requirement = parseRequirement(`${sign}${other.major}_0${other.minor}_${other.patch}`);
      assert.equal(satisfies(one, requirement), holds(comparePackageVersions(one, other)));
    }),
    { numRuns: 500 },
  );
});

test("a range of parts is all that begins with them", () => {
  fc.assert(
    fc.property(version, version, fc.constantFrom(1, 2), (one, other, parts) => {
      const numbers = [other.major, other.minor, other.patch];
      const begins = [one.major, one.minor, one.patch].slice(0, parts).every((number, at) => number === numbers[at]);
      const text = [...numbers.slice(0, parts), "XX", "XX"].slice(0, 3).join("_");
      assert.equal(satisfies(one, parseRequirement(text)), begins, text);
    }),
    { numRuns: 500 },
  );
});
