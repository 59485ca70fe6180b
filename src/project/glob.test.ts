import assert from "node:assert/strict";
import { test } from "node:test";
import { parseGlob } from "./glob.ts";

function where(glob: string): readonly [string, boolean] {
  const { folder, deep } = parseGlob(glob);
  return [folder, deep];
}

test("a glob says which folder its matches lie in, and whether below it", () => {
  assert.deepEqual(where("howdah.toml"), ["", false]);
  assert.deepEqual(where("*.sql"), ["", false]);
  assert.deepEqual(where("**"), ["", true]);
  assert.deepEqual(where("pages/**/*.html"), ["pages", true]);
  assert.deepEqual(where("pages/*.html"), ["pages", false]);
  assert.deepEqual(where("pages/blog/[a-c].html"), ["pages/blog", false]);
  assert.deepEqual(where("*/a/b.sql"), ["", true]);
  assert.deepEqual(where("{pages,public}/a"), ["", true]);
  assert.deepEqual(where("pages/{a,b/c}"), ["pages", true]);
});

test("what the folder promises holds for everything that matches", () => {
  const paths = ["a.sql", "pages/a.html", "pages/b/a.html", "pages/b/c/a.html", "public/a"];
  for (const glob of [
    "**",
    "*",
    "*/*",
    "pages/**",
    "pages/*",
    "pages/b/*.html",
    "{pages/b,public}/*",
    "pages/{a.html,b/a.html}",
  ]) {
    const { folder, deep, matches } = parseGlob(glob);
    for (const path of paths.filter((each) => matches(each))) {
      assert.ok(folder === "" || path.startsWith(`${folder}/`), `${glob} ${path}`);
      const rest = folder === "" ? path : path.slice(folder.length + 1);
      assert.ok(deep || !rest.includes("/"), `${glob} ${path}`);
    }
  }
});

test("nothing matches through . and .. or an empty segment", () => {
  for (const glob of ["pages/../a.sql", "./a.sql", "/a.sql", "pages//a.html", ""]) {
    assert.equal(parseGlob(glob).matches("a.sql"), false, glob);
  }
});
