import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { AppError } from "../../errors/index.ts";
import { comparePackageVersions, formatPackageVersion, parsePackageVersion } from "../package-version.ts";
import { parseRequirement, satisfies } from "../requirement.ts";
import { installationOrder } from "./order.ts";
import { solve } from "./solve.ts";
import type { Candidate, Universe } from "./universe.ts";

type Written = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>>;

function requirements(written: Readonly<Record<string, string>>): Candidate["dependencies"] {
  return new Map(Object.entries(written).map(([name, text]) => [name, parseRequirement(text)]));
}

function universe(written: Written): Universe {
  const packages = Object.entries(written).map(([name, versions]) => {
    const candidates = Object.entries(versions).map(([version, needs]) => {
      return { version: parsePackageVersion(version), dependencies: requirements(needs) };
    });
    return [name, candidates] as const;
  });
  return new Map(packages);
}

function solved(asked: Readonly<Record<string, string>>, written: Written): Readonly<Record<string, string>> {
  const found = solve(requirements(asked), universe(written), "howdah.toml");
  return Object.fromEntries([...found].map(([name, { version }]) => [name, formatPackageVersion(version)]));
}

function failure(asked: Readonly<Record<string, string>>, written: Written): readonly string[] {
  try {
    solved(asked, written);
  } catch (error) {
    assert.ok(error instanceof AppError && error.code === "WD392");
    return error.detail?.split("\n") ?? [];
  }
  throw new assert.AssertionError({ message: "there is a solution" });
}

test("the highest version is taken, and all that it needs", () => {
  const written = {
    a: { "1.0.0": {}, "1.2.0": { b: "^2" } },
    b: { "2.0.0": {}, "2.1.0": { c: "x" }, "3.0.0": {} },
    c: { "0_1_0": {} },
  };
  assert.deepEqual(solved({ a: "^1" }, written), { a: "1.2.0", b: "2.1.0", c: "0.1.0" });
});

test("what nobody needs any more is not taken", () => {
  const written = { a: { "1.0.0": {}, "2.0.0": { b: "1" } }, b: { "1.0.0": {} } };
  assert.deepEqual(solved({ a: "<2" }, written), { a: "1.0.0" });
});

test("an older version is taken where the newest does not go with the others", () => {
  const written = {
    a: { "1.0.0": { shared: "1" }, "2.0.0": { shared: "2" } },
    b: { "1.0.0": { shared: "1" } },
    shared: { "1.0.0": {}, "1.1.0": {}, "2.0.0": {} },
  };
  assert.deepEqual(solved({ a: "x", b: "x" }, written), { a: "1.0.0", b: "1.0.0", shared: "1.1.0" });
});

test("a requirement that no version meets lists those that there are", () => {
  const written = { a: { "1.0.0": {}, "1.4.0": {}, "1.5.2": {}, "2.0.0": {} } };
  assert.deepEqual(failure({ a: ">=3" }, written), ["howdah.toml needs a >=3 (there are 2.0.0, 1.5.2, 1.4.0, 1.0.0)"]);
});

test("a package that is nowhere is named with who needs it", () => {
  assert.deepEqual(
    failure({ a: "1" }, { a: { "1.0.0": { b: "^1" } } }).at(-1),
    "because a 1.0.0 needs b ^1 (there is no such package) and howdah.toml needs a 1, nothing fits",
  );
});

test("a conflict is derived step by step from what the packages say", () => {
  const written = {
    a: { "1.0.0": { c: "<2" } },
    b: { "1.0.0": { c: ">=2" } },
    c: { "1.0.0": {}, "2.0.0": {} },
  };
  assert.deepEqual(failure({ a: "1", b: "1" }, written), [
    "1. because b 1.0.0 needs c >=2 and a 1.0.0 needs c <2, b 1.0.0 and a 1.0.0 exclude each other",
    "2. because b 1.0.0 and a 1.0.0 exclude each other (1) and howdah.toml needs b 1, a 1.0.0 can't be taken",
    "3. because a 1.0.0 can't be taken (2) and howdah.toml needs a 1, nothing fits",
  ]);
});

test("packages that need each other are found together, and refused when they are put in order", () => {
  const written = { a: { "1.0.0": { b: "1" } }, b: { "1.0.0": { a: "1" } } };
  assert.deepEqual(solved({ a: "1" }, written), { a: "1.0.0", b: "1.0.0" });
  const needs = new Map(Object.entries({ a: ["b"], b: ["a"] }));
  assert.throws(() => installationOrder(needs), { code: "WD393", message: /: a needs b needs a$/ });
});

test("a needs b needs c: c is put in first", () => {
  assert.deepEqual(installationOrder(new Map(Object.entries({ a: ["b"], b: ["c"], c: [] }))), ["c", "b", "a"]);
});

const names = ["a", "b", "c", "d", "e"] as const;
const dependency = fc.tuple(
  fc.constantFrom(...names),
  fc.constantFrom("x", "1", "2", "<2", ">=2", "=1.1.0", "<=2.0.0", ">=3"),
);
const written: fc.Arbitrary<Written> = fc
  .tuple(...names.map(() => fc.array(fc.array(dependency, { maxLength: 3 }), { minLength: 1, maxLength: 4 })))
  .map((packages) => {
    const numbers = ["1.0.0", "1.1.0", "2.0.0", "3.0.0"];
    const versionsOf = (versions: (typeof packages)[number]) =>
      Object.fromEntries(versions.map((needs, at) => [numbers[at] ?? "9.0.0", Object.fromEntries(needs)]));
    return Object.fromEntries(packages.map((versions, at) => [names[at] ?? "z", versionsOf(versions)]));
  });

type Choice = ReadonlyMap<string, Candidate>;

function fits(choice: Choice, asked: Candidate["dependencies"]): boolean {
  const all = [asked, ...[...choice.values()].map(({ dependencies }) => dependencies)];
  return all.every((needs) =>
    [...needs].every(([name, requirement]) => {
      const taken = choice.get(name);
      return taken !== undefined && satisfies(taken.version, requirement);
    }),
  );
}

/** Every choice of versions there is, tried out. */
function exists(asked: Candidate["dependencies"], all: Universe): boolean {
  const tryAll = (left: readonly string[], choice: Choice): boolean => {
    const [name, ...rest] = left;
    if (name === undefined) return fits(choice, asked);
    if (tryAll(rest, choice)) return true;
    return (all.get(name) ?? []).some((candidate) => tryAll(rest, new Map([...choice, [name, candidate]])));
  };
  return tryAll([...all.keys()], new Map());
}

/** Each package of a choice at each version above the chosen one. */
function higher(choice: Choice, all: Universe): readonly (readonly [string, Candidate])[] {
  return [...choice].flatMap(([name, { version }]) => {
    const above = (all.get(name) ?? []).filter((each) => comparePackageVersions(each.version, version) > 0);
    return above.map((candidate) => [name, candidate] as const);
  });
}

test("a solution is found exactly where trying every choice finds one, and no package of it could be raised alone", () => {
  let failures = 0;
  fc.assert(
    fc.property(written, fc.array(dependency, { minLength: 1, maxLength: 3 }), (packages, needs) => {
      const asked = requirements(Object.fromEntries(needs));
      const all = universe(packages);
      try {
        const found = solve(asked, all, "howdah.toml");
        assert.ok(fits(found, asked), "a requirement is not met");
        for (const [name, candidate] of higher(found, all)) {
          assert.equal(fits(new Map([...found, [name, candidate]]), asked), false, `${name} could be raised`);
        }
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        failures++;
        assert.equal(exists(asked, all), false, error.detail);
        assert.match(error.detail ?? "", /howdah\.toml needs/);
      }
    }),
    { numRuns: 2_000 },
  );
  assert.ok(failures > 100, `only ${failures} had no solution: the sample says nothing`);
});

test("a hundred packages of fifty versions each, of which only the oldest go together, take less than a second", () => {
  const packages = Object.fromEntries(
    Array.from({ length: 100 }, (_, at) => {
      const versions = Array.from({ length: 50 }, (_each, minor) => {
        return [`1.${minor}.0`, at === 99 ? {} : { [`p${at + 1}`]: minor === 0 ? "x" : `>=1.${minor}.1` }] as const;
      });
      return [`p${at}`, Object.fromEntries(versions)];
    }),
  );
  const started = performance.now();
  const found = solved({ p0: "x", p99: "1.0.x" }, packages);
  assert.ok(performance.now() - started < 5_000);
  assert.deepEqual(new Set(Object.values(found)), new Set(["1.0.0"]));
});
