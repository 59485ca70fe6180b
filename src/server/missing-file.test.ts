import assert from "node:assert/strict";
import { test } from "node:test";
import { testSite } from "../../test/support/site.ts";
import { missingFile } from "./missing-file.ts";

const files: readonly (readonly [string, string | undefined])[] = [
  ["/", "pages/index.html"],
  ["/about", "pages/about.html"],
  ["/about/", "pages/about.html"],
  ["/about.html", "pages/about.html"],
  ["/blog/caf%C3%A9", "pages/blog/café.html"],
  ["/img/logo.svg", "public/img/logo.svg"],
  ["/_layout", undefined],
  ["/.env", undefined],
  ["/a//b", undefined],
  ["/a%2Fb", undefined],
  ["/a%0Ab", undefined],
  ["/[id]", undefined],
];

for (const [path, file] of files) {
  test(`${path} would be answered by ${file ?? "no file"}`, () => assert.equal(missingFile(path), file));
}

test("a 404 names the file that would answer in development, and nothing of the kind in production", async (t) => {
  const asked = async (mode: "development" | "production", accept: string): Promise<string> => {
    const { fastify } = await testSite(t, { "pages/index.html": "x" }, { mode });
    const response = await fastify.inject({ url: "/about?x=1", headers: { accept } });
    assert.equal(response.statusCode, 404);
    return response.body;
  };
  assert.match(await asked("development", "text/html"), /create pages\/about\.html to answer here/);
  assert.match(await asked("development", "application/json"), /create pages\/about\.html to answer here/);
  assert.doesNotMatch(await asked("production", "text/html"), /pages\//);
  assert.doesNotMatch(await asked("production", "application/json"), /pages\//);
});
