import assert from "node:assert/strict";
import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import type { Tree } from "./tree.ts";

/** A tree of given files, and the ways to change it that the suite needs. */
export interface TreeSubject {
  readonly tree: Tree;
  write(path: string, content: string): Promise<void>;
  remove(path: string): Promise<void>;
}

/** Makes a tree of files by path; cleans up through `t`. */
export type TreeMaker = (t: TestContext, files: Readonly<Record<string, string>>) => Promise<TreeSubject>;

const files: Readonly<Record<string, string>> = {
  "howdah.toml": "",
  "pages/index.html": "<h1>",
  "pages/index.query.sql": "select 1",
  "pages/blog/_post.html": "post",
  "pages/blog/2026/november.html": "deep",
  "public/100%.txt": "percent",
  "public/ümlaut 日本😀.css": "unicode",
  "public/Z.css": "Z",
  "public/a.css": "0123456789",
  "public/empty": "",
};

/** Paths that name nothing that may be seen, whatever the tree is made of; `.env` and others are really there. */
export const hostilePaths: readonly string[] = [
  "",
  ".",
  "..",
  "/",
  "//",
  "../howdah.toml",
  "../../etc/passwd",
  "pages/../howdah.toml",
  "pages/..",
  "pages/./index.html",
  "./howdah.toml",
  "pages//index.html",
  "/howdah.toml",
  "/etc/passwd",
  "howdah.toml/",
  "pages",
  "pages/",
  "howdah.toml/x",
  "pages\\index.html",
  "..\\howdah.toml",
  "pages/..\\..\\howdah.toml",
  "howdah.toml\0",
  "howdah.toml\0.html",
  "pages/index.html\n",
  "%2e%2e/howdah.toml",
  "%2e%2e%2fhowdah.toml",
  "pages%2findex.html",
  "pages/%2e%2e/howdah.toml",
  "%252e%252e/howdah.toml",
  "..%c0%afhowdah.toml",
  "\u00c0\u00ae\u00c0\u00ae/howdah.toml",
  "\ufffd\ufffd/howdah.toml",
  "\uff0e\uff0e/howdah.toml",
  "\u2024\u2024/howdah.toml",
  "pages\uff0findex.html",
  "pages\u2215index.html",
  "\ud800/howdah.toml",
  "C:/howdah.toml",
  "C:\\howdah.toml",
  "file:///etc/passwd",
  "\\\\server\\share",
  "~/howdah.toml",
  ".env",
  ".howdah/secrets.json",
  ".git/config",
  "public/.htaccess",
  "pages/.hidden/x.html",
  "node_modules/x/index.js",
  "public/node_modules/x.js",
  "NODE_MODULES/x/index.js",
  "PAGES/index.html",
  "Howdah.toml",
  "pages/INDEX.html",
  "public/A.css",
  "missing.html",
  `${"a/".repeat(3000)}b`,
  "a".repeat(5000),
  "x".repeat(256),
];

const hidden: Readonly<Record<string, string>> = {
  ".env": "SECRET=1",
  ".howdah/secrets.json": "{}",
  ".git/config": "",
  "public/.htaccess": "",
  "pages/.hidden/x.html": "",
  "node_modules/x/index.js": "",
  "public/node_modules/x.js": "",
};

/** Registers the tests that every Tree has to pass. */
export function treeConformance(name: string, make: TreeMaker): void {
  const claim = (what: string, body: (t: TestContext) => Promise<void>): void => {
    test(`${name}: ${what}`, body);
  };
  const tree = async (t: TestContext): Promise<Tree> => (await make(t, { ...files, ...hidden })).tree;
  const paths = async (t: TestContext, glob: string): Promise<readonly string[]> =>
    (await (await tree(t)).list(glob)).map(({ path }) => path);

  claim("lists everything that may be seen, sorted by code points", async (t) => {
    assert.deepEqual(await paths(t, "**"), [
      "howdah.toml",
      "pages/blog/2026/november.html",
      "pages/blog/_post.html",
      "pages/index.html",
      "pages/index.query.sql",
      "public/100%.txt",
      "public/Z.css",
      "public/a.css",
      "public/empty",
      "public/ümlaut 日本😀.css",
    ]);
  });

  claim("a star stays in its folder, two go down, braces and classes choose", async (t) => {
    assert.deepEqual(await paths(t, "*"), ["howdah.toml"]);
    assert.deepEqual(await paths(t, "pages/*.html"), ["pages/index.html"]);
    assert.deepEqual(await paths(t, "pages/**/*.html"), [
      "pages/blog/2026/november.html",
      "pages/blog/_post.html",
      "pages/index.html",
    ]);
    assert.deepEqual(await paths(t, "pages/index.{html,query.sql}"), ["pages/index.html", "pages/index.query.sql"]);
    assert.deepEqual(await paths(t, "{howdah.toml,pages/*.html}"), ["howdah.toml", "pages/index.html"]);
    assert.deepEqual(await paths(t, "public/[a-c].css"), ["public/a.css"]);
    assert.deepEqual(await paths(t, "pages/index.html"), ["pages/index.html"]);
    assert.deepEqual(await paths(t, "*/blog/*.html"), ["pages/blog/_post.html"]);
  });

  claim("a glob can't list what may not be seen", async (t) => {
    const globs = [
      ".*",
      "**/.*",
      ".howdah/**",
      "../**",
      "/**",
      "../*/howdah.toml",
      "node_modules/**",
      "pages/../*",
      "",
      "{.env,x}",
    ];
    for (const glob of globs) assert.deepEqual(await paths(t, glob), [], glob);
  });

  claim("reads and describes a file", async (t) => {
    const subject = await tree(t);
    assert.equal((await subject.read("public/ümlaut 日本😀.css")).toString(), "unicode");
    assert.equal((await subject.read("public/100%.txt")).toString(), "percent");
    const entry = await subject.stat("public/a.css");
    assert.deepEqual([entry?.path, entry?.bytes], ["public/a.css", 10]);
    assert.ok(entry?.modifiedAt instanceof Date);
    assert.deepEqual(entry, (await subject.list("public/a.css"))[0]);
  });

  claim("no path leads out, into what is hidden, or to a file of another case", async (t) => {
    const subject = await tree(t);
    for (const path of hostilePaths) {
      const label = JSON.stringify(path).slice(0, 60);
      assert.equal(await subject.stat(path), undefined, label);
      await assert.rejects(subject.read(path), { code: /^WD12[12]$/ }, label);
      await assert.rejects(collect(subject.stream(path)), { code: /^WD12[12]$/ }, label);
      await assert.rejects(subject.materialize([path]), { code: /^WD12[12]$/ }, label);
    }
  });

  claim("streams a file whole or in part, ends inclusive", async (t) => {
    const subject = await tree(t);
    const part = async (start: number, end: number): Promise<string> =>
      collect(subject.stream("public/a.css", { start, end }));
    assert.equal(await collect(subject.stream("public/a.css")), "0123456789");
    assert.equal(await part(0, 0), "0");
    assert.equal(await part(2, 5), "2345");
    assert.equal(await part(8, 99), "89");
    assert.equal(await part(10, 20), "");
    assert.equal(await collect(subject.stream("public/empty")), "");
  });

  claim("streams large files unchanged", async (t) => {
    const large = Array.from({ length: 40_000 }, (_, index) => `line ${index}\n`).join("");
    const { tree: subject } = await make(t, { "public/large.txt": large });
    assert.equal(await collect(subject.stream("public/large.txt")), large);
    assert.equal(
      await collect(subject.stream("public/large.txt", { start: 65_530, end: 131_080 })),
      large.slice(65_530, 131_081),
    );
  });

  claim("materializes files under their own paths", async (t) => {
    const subject = await tree(t);
    const folder = await subject.materialize(["pages/index.html", "public/a.css"]);
    assert.equal(await readFile(join(folder, "pages/index.html"), "utf8"), "<h1>");
    await access(join(folder, "public/a.css"));
  });

  claim("tells of added, changed and removed files, and of hidden ones nothing", async (t) => {
    const { tree: subject, write, remove } = await make(t, { ...files, ...hidden });
    const seen = await watched(t, subject);
    await write(".env", "SECRET=2");
    await write("node_modules/x/index.js", "changed");
    await write("pages/index.html", "<h2>");
    await seen.until(["pages/index.html"]);
    await write("pages/new/folder/x.html", "new");
    await seen.until(["pages/new/folder/x.html"]);
    await remove("public/a.css");
    await seen.until(["public/a.css"]);
    assert.equal(await subject.stat("public/a.css"), undefined);
    assert.deepEqual(seen.strangers(), []);
  });

  claim("tells nothing after the signal, and nothing where it had aborted before", async (t) => {
    const { tree: subject, write } = await make(t, files);
    const stop = new AbortController();
    const told: string[] = [];
    await subject.watch(({ paths }) => told.push(...paths), stop.signal);
    stop.abort();
    await subject.watch(({ paths }) => told.push(...paths), stop.signal);
    const other = await watched(t, subject);
    await write("pages/index.html", "<h3>");
    await other.until(["pages/index.html"]);
    assert.deepEqual(told, []);
  });
}

/** Watches a tree for the length of a test. */
export async function watched(t: TestContext, tree: Tree): Promise<Watched> {
  const stop = new AbortController();
  t.after(() => stop.abort());
  const seen = new Watched();
  await tree.watch(({ paths }) => seen.add(paths), stop.signal);
  return seen;
}

/** The changes that a watch has told of, to be waited for. */
export class Watched {
  /** Each change with its paths, in order. */
  readonly changes: (readonly string[])[] = [];
  readonly #expected = new Set<string>();
  #wake: () => void = () => {};

  add(paths: readonly string[]): void {
    this.changes.push(paths);
    this.#wake();
  }

  /** Resolves when all of the paths have been told of since the last call; rejects after ten seconds. */
  async until(paths: readonly string[]): Promise<void> {
    for (const path of paths) this.#expected.add(path);
    const deadline = AbortSignal.timeout(10_000);
    while (!paths.every((path) => this.changes.some((change) => change.includes(path)))) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      this.#wake = resolve;
      const expired = (): void => reject(new assert.AssertionError({ message: `not told of ${paths.join(", ")}` }));
      deadline.addEventListener("abort", expired, { once: true });
      // oxlint-disable-next-line no-await-in-loop -- it waits for the next change
      await promise;
      deadline.removeEventListener("abort", expired);
    }
  }

  /** Forgets what was told so far. */
  clear(): void {
    this.changes.length = 0;
  }

  /** Paths that were told of, but never waited for. */
  strangers(): readonly string[] {
    return this.changes.flat().filter((path) => !this.#expected.has(path));
  }
}

/** Everything that a stream gives, as text. */
export async function collect(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}
