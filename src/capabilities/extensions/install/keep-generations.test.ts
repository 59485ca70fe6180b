import assert from "node:assert/strict";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { testCache } from "../../../../test/support/cache.ts";
import { testFolder } from "../../../../test/support/capability.ts";
import { ensureContent, listContent } from "../../../resolve/index.ts";
import { keepGenerations, keptGenerations } from "./keep-generations.ts";

const kind = "extension-set";

interface Bench {
  readonly cache: string;
  project(): Promise<string>;
  /** What a project does that is about to use a generation. */
  use(root: string, key: string): Promise<void>;
  there(): Promise<readonly string[]>;
}

async function bench(t: TestContext): Promise<Bench> {
  const cache = await testCache(t);
  return {
    cache,
    project: () => testFolder(t, { "howdah.toml": "" }),
    use: async (root, key) => {
      await keepGenerations({ cache, kind, key, root });
      await ensureContent({ cache, kind, key }, (staging) => writeFile(join(staging, "file"), key));
    },
    there: async () => (await listContent(cache, kind)).toSorted(),
  };
}

const numbered = (count: number): readonly string[] => Array.from({ length: count }, (_, at) => `g${at + 10}`);

test("the last generations of a project stay, those before them go", async (t) => {
  const { project, use, there, cache } = await bench(t);
  const root = await project();
  const all = numbered(keptGenerations + 3);
  for (const key of all) await use(root, key);
  assert.deepEqual(await there(), all.slice(3));
  assert.deepEqual(await readdir(join(cache, "staging")), []);
  await use(root, "g13"); // the oldest of those that stay is the newest now
  await use(root, "another");
  assert.deepEqual(await there(), ["another", ...all.slice(3).filter((key) => key !== "g14")].toSorted());
});

test("what another project has among its last ones stays", async (t) => {
  const { project, use, there } = await bench(t);
  const [one, other] = [await project(), await project()];
  await use(other, "shared");
  await use(one, "shared");
  for (const key of numbered(keptGenerations + 1)) await use(one, key);
  assert.ok((await there()).includes("shared"));
});

test("those of a project whose folder is gone go, and what nobody wrote down stays", async (t) => {
  const { project, use, there, cache } = await bench(t);
  const [one, gone] = [await project(), await project()];
  await mkdir(join(cache, kind, "older-howdah"), { recursive: true });
  await use(gone, "theirs");
  await use(one, "first");
  await rm(gone, { recursive: true });
  await use(one, "second");
  assert.deepEqual(await there(), ["first", "older-howdah", "second"]);
});

test("a generation that went is made again for whoever needs it", async (t) => {
  const { project, use, there } = await bench(t);
  const root = await project();
  for (const key of ["back", ...numbered(keptGenerations)]) await use(root, key);
  assert.ok(!(await there()).includes("back"));
  await use(root, "back");
  assert.ok((await there()).includes("back"));
});

test("many projects that change at once keep what each uses", async (t) => {
  const { project, use, there } = await bench(t);
  const roots = await Promise.all(Array.from({ length: 6 }, project));
  await Promise.all(
    roots.map(async (root, at) => {
      for (const key of numbered(keptGenerations + 1)) await use(root, `${key}-${at % 2}`);
    }),
  );
  const left = await there();
  for (const end of ["0", "1"]) assert.ok(left.includes(`g${keptGenerations + 10}-${end}`));
});

test("a list that a full disk has cut off is written anew", async (t) => {
  const { project, use, there, cache } = await bench(t);
  const root = await project();
  await use(root, "first");
  const [file = ""] = await readdir(join(cache, `${kind}-uses`));
  await writeFile(join(cache, `${kind}-uses`, file), '{"root":');
  await use(root, "second");
  assert.deepEqual(await there(), ["first", "second"]);
});
