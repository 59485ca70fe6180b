import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { test } from "node:test";
import { codes } from "../../src/errors/index.ts";
import { manual, readPage, repository, type Page } from "./page.ts";

const documents = [...manual(), ...["README.md", "llms.txt", "CHANGELOG.md"].map((file) => readPage(file))];

test("links of the documents lead to files and headings that exist", () => {
  assert.deepEqual(documents.flatMap(brokenLinks), []);
});

test("the contents name every page, and every page is reached from there", () => {
  const contents = documents.find(({ file }) => file === "docs/README.md");
  const pages = manual().filter(({ file }) => file !== "docs/README.md");
  const missing = pages.filter(({ file }) => !contents?.text.includes(`](${file.replace("docs/", "")})`));
  assert.deepEqual(
    missing.map(({ file }) => file),
    [],
  );
});

test("every code that the documents mention exists", () => {
  const mentioned = documents.flatMap(({ file, text }) =>
    Array.from(text.matchAll(/\bWD\d{3}\b/g), ([code]) => ({ file, code })),
  );
  assert.ok(mentioned.length > 50);
  assert.deepEqual(
    mentioned.filter(({ code }) => !Object.hasOwn(codes, code)),
    [],
  );
});

function brokenLinks(page: Page): readonly string[] {
  const prose = page.text.replaceAll(/^```.*?^```$/gms, "").replaceAll(/`[^`\n]*`/g, "");
  const links = Array.from(prose.matchAll(/\]\(([^)\s]+)\)/g), ([, link = ""]) => link);
  return links.filter((link) => !/^https?:/.test(link) && !leads(page, link)).map((link) => `${page.file}: ${link}`);
}

function leads(page: Page, link: string): boolean {
  const [path = "", anchor] = link.split("#");
  const file = path === "" ? page.file : normalize(join(dirname(page.file), path));
  if (!existsSync(join(repository, file))) return false;
  return anchor === undefined || anchorsOf(readPage(file)).includes(anchor);
}

/** As GitHub makes them: lower case, spaces to hyphens, no punctuation. */
function anchorsOf({ text }: Page): readonly string[] {
  const prose = text.replaceAll(/^```.*?^```$/gms, "");
  return Array.from(prose.matchAll(/^#+ (.*)$/gm), ([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}
