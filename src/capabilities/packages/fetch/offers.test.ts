import assert from "node:assert/strict";
import { test } from "node:test";
import { testCache } from "../../../../test/support/cache.ts";
import { testRepository } from "../../../../test/support/git-repository.ts";
import { testRegistry } from "../../../../test/support/npm-registry.ts";
import type { LockedPackage } from "../../../project/index.ts";
import { isFrom, offersOf, readSource, type RemoteOrigin } from "./offers.ts";

const noRegistry = async (): Promise<never> => {
  throw new Error("nobody asked for it");
};
const commit = "0123456789abcdef0123456789abcdef01234567";
const locked = (source: string): LockedPackage => ({ name: "low", version: "1.0.0", source, artifacts: [] });
const git = (more: Partial<Extract<RemoteOrigin, { kind: "git" }>> = {}): RemoteOrigin => ({
  ...{ kind: "git", url: "https://git.example.org/low.git", rev: undefined, folder: "" },
  ...more,
});

test("tags that are versions are offered, each under the names that a repository of several packages gives it", async (t) => {
  const repository = await testRepository(t);
  const commits = new Map<string, string>();
  for (const tag of ["v1.2.0", "1.3.0", "low-1.4.0", "low@1.5.0", "low/v1.6.0", "other-9.0.0", "latest", "v2"]) {
    commits.set(tag, await repository.commit({ a: tag }, tag));
  }
  const asking = { registry: noRegistry, cache: await testCache(t) };
  const found = await offersOf("low", git({ url: repository.url, folder: "sql" }), asking);
  assert.deepEqual(
    found.map((offer) => [offer.locked.version, offer.locked.source]).toSorted(),
    [
      ["1.2.0", "v1.2.0"],
      ["1.3.0", "1.3.0"],
      ["1.4.0", "low-1.4.0"],
      ["1.5.0", "low@1.5.0"],
      ["1.6.0", "low/v1.6.0"],
    ].map(([version = "", tag = ""]) => [version, `git+${repository.url}#${commits.get(tag)}:sql`]),
  );
  const [main] = await offersOf("low", git({ url: repository.url, rev: "main" }), asking);
  assert.deepEqual([main?.version, main?.locked.version], [undefined, "main"]);
  assert.equal(main?.locked.source, `git+${repository.url}#${commits.get("v2")}@main`);
});

test("every version of a registry is offered with its tarball", async (t) => {
  const registry = await testRegistry(t);
  for (const version of ["1.0.0", "1.1.0-rc.1"]) registry.publish("@acme/low", version, []);
  using opened = await registry.open();
  const asking = { registry: async () => opened, cache: await testCache(t) };
  const found = await offersOf("low", { kind: "npm", name: "@acme/low" }, asking);
  assert.deepEqual(
    found.map((offer) => [offer.locked.name, offer.locked.version, offer.locked.source, offer.version?.pre]),
    [
      ["low", "1.0.0", "npm:@acme/low", []],
      ["low", "1.1.0-rc.1", "npm:@acme/low", ["rc", 1]],
    ],
  );
  assert.match(found[0]?.locked.artifacts[0]?.integrity ?? "", /^sha512-/);
});

test("a lock's source is read back as it was written, and what is none as nothing", () => {
  const url = "https://git.example.org/low.git";
  assert.deepEqual(readSource("npm:@acme/low"), { kind: "npm", name: "@acme/low" });
  const whole = { kind: "git", url, commit, rev: undefined, folder: "" } as const;
  assert.deepEqual(readSource(`git+${url}#${commit}`), whole);
  assert.deepEqual(readSource(`git+${url}#${commit}@feature%2Fa:sql/low`), {
    ...whole,
    rev: "feature%2Fa",
    folder: "sql/low",
  });
  for (const text of ["", "path:../low", `git+${url}`, `git+${url}#main`, `${url}#${commit}`]) {
    assert.equal(readSource(text), undefined, text);
  }
});

test("a lock's entry is from an origin where name, repository, folder and revision are the same", () => {
  const from = `git+https://git.example.org/low.git#${commit}`;
  assert.ok(isFrom(locked("npm:@acme/low"), { kind: "npm", name: "@acme/low" }));
  assert.ok(!isFrom(locked("npm:@acme/low"), { kind: "npm", name: "@evil/low" }));
  assert.ok(isFrom(locked(from), git()));
  assert.ok(!isFrom(locked(from), git({ url: "https://git.example.org/other.git" })));
  assert.ok(!isFrom(locked(from), git({ folder: "sql" })));
  assert.ok(isFrom(locked(from), git({ rev: commit })));
  assert.ok(!isFrom(locked(from), git({ rev: "main" })));
  assert.ok(isFrom(locked(`${from}@feature%2Fa`), git({ rev: "feature/a" })));
});
