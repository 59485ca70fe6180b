import assert from "node:assert/strict";
import { test } from "node:test";
import { routeTable } from "./route-table.ts";

const files = [
  "pages/_layout.html",
  "pages/404.html",
  "pages/500.html",
  "pages/about.html",
  "pages/blog/[id].html",
  "pages/blog/[id].query.sql",
  "pages/blog/[id]/edit.html",
  "pages/blog/[id]/edit.post.sql",
  "pages/blog/_card.html",
  "pages/blog/index.html",
  "pages/blog/new.html",
  "pages/index.html",
  "pages/index.query.sql",
  "pages/[lang]/about.html",
  "pages/_drafts/secret.html",
  "pages/shop/404.html",
];

const found: readonly (readonly [string, string, Readonly<Record<string, string>>])[] = [
  ["/", "pages/index.html", {}],
  ["/about", "pages/about.html", {}],
  ["/blog", "pages/blog/index.html", {}],
  ["/blog/new", "pages/blog/new.html", {}],
  ["/blog/7", "pages/blog/[id].html", { id: "7" }],
  ["/blog/new/edit", "pages/blog/[id]/edit.html", { id: "new" }],
  ["/de/about", "pages/[lang]/about.html", { lang: "de" }],
  ["/blog/about", "pages/blog/[id].html", { id: "about" }],
  ["/shop/404", "pages/shop/404.html", {}],
  // A value like any other: the partial of that name is not served.
  ["/blog/_card", "pages/blog/[id].html", { id: "_card" }],
];

const lost = ["/_layout", "/404", "/500", "/_drafts/secret", "/blog/7/x", "/About", "/blog//edit", "//", "/index"];

function segmentsOf(path: string): readonly string[] {
  return path === "/" ? [] : path.slice(1).split("/");
}

for (const [path, html, params] of found) {
  test(`${path} is ${html}`, () => {
    const match = routeTable(files).match(segmentsOf(path));
    assert.equal(match?.page.html, html);
    assert.deepEqual({ ...match?.params }, params);
  });
}

for (const path of lost) {
  test(`${path} is no page`, () => assert.equal(routeTable(files).match(segmentsOf(path)), undefined));
}

test("a page has the SQL files beside it", () => {
  const { match } = routeTable(files);
  assert.deepEqual(match([])?.page, { html: "pages/index.html", query: "pages/index.query.sql", post: undefined });
  assert.equal(match(["blog", "1", "edit"])?.page.post, "pages/blog/[id]/edit.post.sql");
});

test("partials are named by their path, error pages by their status", () => {
  const { partials, errorPages } = routeTable(files);
  assert.deepEqual([...partials.keys()].toSorted(), ["_drafts/secret", "_layout", "blog/_card"]);
  assert.deepEqual(
    [...errorPages],
    [
      [404, "pages/404.html"],
      [500, "pages/500.html"],
    ],
  );
});

const refused: readonly (readonly [readonly string[], string, RegExp])[] = [
  [["pages/a.html", "pages/a/index.html"], "WD530", /a\.html and pages\/a\/index\.html claim one address/],
  [["pages/[a].html", "pages/[b].html"], "WD530", /claim one address/],
  [["pages/[a]/index.html", "pages/[b].html"], "WD530", /claim one address/],
  [["pages/[...all].html"], "WD531", /\[\.\.\.all\] is no name of a parameter/],
  [["pages/x[id].html"], "WD531", /is no name of a parameter/],
  [["pages/a.query.sql"], "WD531", /a\.query\.sql has no page/],
  [["pages/404.html", "pages/404.query.sql"], "WD531", /404\.query\.sql has no page/],
  [["pages/_nav.html", "pages/_nav.post.sql"], "WD531", /_nav\.post\.sql has no page/],
];

for (const [paths, code, message] of refused) {
  test(`${paths.join(" and ")} are refused`, () => assert.throws(() => routeTable(paths), { code, message }));
}

test("[a] and [b] may name the same place in different pages", () => {
  const { match } = routeTable(["pages/[a].html", "pages/[b]/edit.html"]);
  assert.deepEqual({ ...match(["x"])?.params }, { a: "x" });
  assert.deepEqual({ ...match(["x", "edit"])?.params }, { b: "x" });
});
