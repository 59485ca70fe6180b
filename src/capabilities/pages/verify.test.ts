import assert from "node:assert/strict";
import { test } from "node:test";
import { testConfig } from "../../../test/support/project-config.ts";
import { AppErrors, toAppError, type AppError } from "../../errors/index.ts";
import { emptySettings, memoryTree } from "../../project/index.ts";
import { pages } from "./index.ts";

const log = { debug() {}, info() {}, warn() {}, error() {} };

async function told(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const settings = pages.settings(emptySettings("pages"));
  try {
    await pages.verify?.({ config: testConfig(), settings, mode: "development", log }, memoryTree(files));
    return [];
  } catch (thrown) {
    const error = toAppError(thrown);
    const all: readonly AppError[] = error instanceof AppErrors ? error.errors : [error];
    return all.map(({ code, message, position: at }) => `${code} ${at?.file}:${at?.line}:${at?.column} ${message}`);
  }
}

test("pages that are well have nothing to tell, whatever the database holds", async () => {
  const files = {
    "pages/[id].html": "{{#each rows}}{{anything}}{{/each}}",
    "pages/[id].query.sql": "select * from nowhere where id = :id::bigint and name like :q",
    "pages/[id].post.sql": "insert into nowhere (id) values (:id); select '/' as redirect",
  };
  assert.deepEqual(await told(files), []);
});

test("templates, queries and posts that are broken are told at once, each at its place", async () => {
  const files = {
    "pages/a.html": "<p>\n{{#if x}}</p>",
    "pages/_nav.html": "{{nav",
    "pages/b.html": "b",
    "pages/b.query.sql": "-- ä𝄞\nselect :id as id\n  fro nowhere where",
    "pages/c.html": "c",
    "pages/c.post.sql": "insert into a values (:x);\ninsrt into b values (:y)",
    "pages/d.html": "d",
    "pages/d.query.sql": "select 'open",
    "pages/404.html": "{{/if}}",
  };
  const lines = await told(files);
  const places = lines.map((line) => line.split(" ", 2).join(" ")).toSorted();
  assert.deepEqual(places, [
    "WD520 pages/404.html:1:1",
    "WD520 pages/_nav.html:1:3",
    "WD520 pages/a.html:2:14",
    "WD524 pages/d.query.sql:1:8",
    "WD528 pages/b.query.sql:3:3",
    "WD528 pages/c.post.sql:2:1",
  ]);
  assert.ok(lines.includes('WD528 pages/c.post.sql:2:1 syntax error at or near "insrt"'), lines.join("\n"));
});

test("two files that claim one address are told", async () => {
  assert.match((await told({ "pages/a.html": "", "pages/a/index.html": "" })).join(), /^WD530 pages\/a/);
});
