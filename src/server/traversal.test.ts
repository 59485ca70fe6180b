import { Readable } from "node:stream";
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test, type TestContext } from "node:test";
import { folderTree, type MemoryTree } from "../project/index.ts";
import { sendRaw } from "../../test/support/raw-http.ts";
import { testSite } from "../../test/support/site.ts";

const canary = "canary-7c1f";

/** Files that must never be served, wherever they are asked for. */
const hidden = [
  "canary.txt",
  "howdah.toml",
  ".env",
  ".howdah/secrets.json",
  ".git/config",
  "server.ts",
  "functions/f.sql",
  "migrations/1_a.sql",
  "pages/index.query.sql",
  "pages/index.post.sql",
  "pages/_layout.html",
  "pages/blog/_card.html",
  "pages/.secret.html",
  "public/.env",
  "public/.git/config",
  "public/folder/.hidden/x.txt",
];

async function project(t: TestContext): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), "howdah-traversal-"));
  t.after(() => rm(parent, { recursive: true, force: true }));
  const root = join(parent, "project");
  const files: Record<string, string> = Object.fromEntries(hidden.map((path) => [path, canary]));
  files["pages/index.query.sql"] = "";
  files["pages/index.post.sql"] = `select '${canary}'`;
  files["pages/_layout.html"] = `<!-- ${canary} -->{{> @partial-block}}`;
  files["pages/index.html"] = "root";
  files["pages/blog/[id].html"] = "post";
  files["public/style.css"] = "p{}";
  files["public/folder/x.txt"] = "x";
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  await writeFile(join(parent, "canary.txt"), canary);
  await symlink(join(parent, "canary.txt"), join(root, "public", "link.txt"));
  await symlink(parent, join(root, "public", "linked"));
  return root;
}

/** Ways to write "..", "/" and ".", as attackers have written them to other servers. */
const ups = [
  "..",
  "%2e%2e",
  "%2E.",
  ".%2e",
  "%252e%252e",
  "%c0%ae%c0%ae",
  "%e0%80%ae%e0%80%ae",
  "..;",
  "..%00",
  "...",
  "%u002e%u002e",
  "..%20",
  "\u00ef\u00bc\u008e\u00ef\u00bc\u008e",
];
const slashes = ["/", "%2f", "%2F", "%252f", "\\", "%5c", "%255c", "%c0%af", "//", "/./", "/;/", "%e0%80%af"];

function corpus(): readonly string[] {
  const paths = new Set<string>();
  for (const up of ups) {
    for (const slash of slashes) {
      paths.add(`/${up}${slash}canary.txt`);
      paths.add(`/folder${slash}${up}${slash}${up}${slash}howdah.toml`);
      paths.add(`/${up}${slash}${up}${slash}canary.txt`);
      paths.add(`/blog${slash}${up}${slash}${up}${slash}.env`);
    }
  }
  for (const file of hidden) {
    const inside = file.replace(/^(public|pages)\//, "");
    for (const path of new Set([file, inside])) {
      for (const variant of [
        path,
        `/${path}`,
        `${path}/`,
        `${path}.`,
        `${path}%00`,
        `${path}%00.css`,
        `${path}::$DATA`,
        `${path}%20`,
        `${path};x`,
        `./${path}`,
        path.toUpperCase(),
        path.replaceAll(".", "%2e"),
        path.replaceAll("/", "%2f"),
        path.replaceAll("_", "%5f"),
        `${path}?x=/../`,
        `${path}#x`,
        `${path}~`,
      ]) {
        paths.add(`/${variant}`);
      }
    }
  }
  for (const path of [
    "/link.txt",
    "/linked/canary.txt",
    "/linked/",
    "/linked/project/howdah.toml",
    "/link.txt/",
    "/style.css/../link.txt",
  ])
    paths.add(path);
  for (const target of [
    "http://localhost/../canary.txt",
    "http://localhost/canary.txt",
    "file:///etc/passwd",
    "*",
    "canary.txt",
    "../canary.txt",
    "//localhost/../canary.txt",
    "localhost:80",
    "/%",
    "/%2",
    "/%zz",
    "/\u0000",
    "/a\u007fb",
    "/\u00ff",
    "/?/../../canary.txt",
    "/folder/..%2f..%2f..%2fcanary.txt%3f",
  ])
    paths.add(target);
  return [...paths];
}

for (const mode of ["production", "development"] as const) {
  test(`no spelling of a path gets out of public/ and pages/ (${mode})`, async (t) => {
    const root = await project(t);
    const tree = folderTree(root) as unknown as MemoryTree;
    const { server } = await testSite(t, {}, { tree, mode, requests: noRows });
    const { port } = await server.listen();
    const paths = corpus();
    assert.ok(paths.length >= 300, `${paths.length} paths`);
    const statuses = new Map<number | undefined, number>();
    for (let at = 0; at < paths.length; at += 50) {
      await Promise.all(
        paths.slice(at, at + 50).map(async (path) => {
          const answer = await sendRaw(
            port,
            `GET ${path} HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: close\r\n\r\n`,
            5000,
          );
          assert.ok(!answer.text.includes(canary), `${path} was answered with what it must not see`);
          assert.ok(answer.status !== undefined && answer.status < 500, `${path} was answered with ${answer.status}`);
          statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        }),
      );
    }
    t.diagnostic(`${paths.length} paths: ${[...statuses].map(([status, count]) => `${count} × ${status}`).join(", ")}`);
    const alive = await sendRaw(port, `GET /style.css HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    assert.match(alive.text, /p\{\}$/);
  });
}

const noRows = {
  run: async () => [],
  stream: async () => Readable.from([]),
  size: { open: 0, busy: 0, waiting: 0 },
  close: async () => {},
};
