import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { Page } from "playwright-core";
import { AppError } from "../errors/index.ts";
import { testBrowser } from "../../test/support/browser.ts";
import { until } from "../../test/support/until.ts";
import { testSite, type TestSite } from "../../test/support/site.ts";

const layout = (head = "", body = "") =>
  `<!doctype html><html><head><title>t</title><link rel="stylesheet" href="/style.css">${head}</head><body>${body}</body></html>`;

const form = `
  <form method="post">
    <input type="hidden" name="secret" value="s">
    <input name="name" id="name"><input name="again" value="given">
    <textarea name="text"></textarea>
    <input type="checkbox" name="check"><input type="radio" name="pick" value="a"><input type="radio" name="pick" value="b">
    <select name="one"><option>x</option><option>y</option></select>
    <select name="many" multiple><option>x</option><option>y</option><option>z</option></select>
    <details><summary>more</summary>inside</details>
    <button>Send</button>
  </form>`;

const files = {
  "pages/index.html": layout(
    "",
    `<h1>Before</h1><ul>{{#each rows}}<li>{{name}}</li>{{/each}}</ul>${form}<div class="tall">tall</div>`,
  ),
  "pages/index.query.sql": "select name from public.entry order by name",
  "pages/index.post.sql": "insert into public.entry (name) values (nullif(:name, ''))",
  "public/style.css": "h1 { color: rgb(1, 1, 1) } .tall { height: 5000px }",
  "public/favicon.ico": "",
  "public/app.js": "window.loaded = 1",
};

const sql =
  "create table public.entry (name text not null); insert into public.entry values ('one'); grant select, insert on public.entry to $anon";

interface Open extends TestSite {
  readonly page: Page;
  readonly problems: readonly string[];
}

async function open(t: TestContext, more: Readonly<Record<string, string>> = {}): Promise<Open | undefined> {
  const browser = await testBrowser(t);
  if (browser === undefined) return undefined;
  const site = await testSite(t, { ...files, ...more }, { mode: "development", sql });
  const { url } = await site.server.listen();
  const page = await browser.newPage();
  const problems: string[] = [];
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  page.on("pageerror", (error) => problems.push(String(error)));
  const connected = page.waitForEvent("websocket").then((socket) => socket.waitForEvent("framereceived"));
  await page.goto(url);
  await connected;
  return { ...site, page, problems };
}

async function fill(page: Page): Promise<void> {
  await page.fill("[name=text]", "long text");
  await page.check("[name=check]");
  await page.check("[name=pick][value=b]");
  await page.selectOption("[name=one]", "y");
  await page.selectOption("[name=many]", ["x", "z"]);
  await page.fill("[name=again]", "");
  await page.click("summary");
  await page.fill("#name", "typed by hand");
  await page.evaluate("document.querySelector('#name').setSelectionRange(2, 5); window.marker = 1; scrollTo(0, 40)");
}

/** Everything that a form holds, the caret and the place on the page. */
function held(page: Page): Promise<unknown> {
  return page.evaluate(`(() => {
    const get = (name) => document.querySelector("[name=" + name + "]");
    const active = document.activeElement;
    return {
      name: get("name").value, again: get("again").value, text: get("text").value, check: get("check").checked,
      pick: document.querySelector("[name=pick]:checked")?.value, one: get("one").value,
      many: [...get("many").selectedOptions].map((option) => option.value),
      focus: active.id, caret: [active.selectionStart, active.selectionEnd], scroll: scrollY,
    };
  })()`);
}

/** Polls, because a page's policy forbids the eval that Playwright's own waiting needs. */
function untilTrue(page: Page, expression: string): Promise<void> {
  // While the page is loaded anew there is nothing to ask.
  return until(expression, () => page.evaluate<boolean>(expression).catch(() => false));
}

const filled = {
  name: "typed by hand",
  again: "",
  text: "long text",
  check: true,
  pick: "b",
  one: "y",
  many: ["x", "z"],
  focus: "name",
  caret: [2, 5],
  scroll: 40,
};

test("what a form holds survives an edit of the template, of SQL and of a stylesheet, without loading anew", async (t) => {
  const site = await open(t);
  if (!site) return;
  const { page, save, problems, tree } = site;
  await fill(page);
  assert.deepEqual(await held(page), filled);

  const template = (await tree.read("pages/index.html")).toString();
  save({ "pages/index.html": template.replace("Before", "After").replace("<form", "<p>new</p><form") });
  await page.waitForSelector("text=After");
  assert.deepEqual(await held(page), filled, "after the template");

  save({ "pages/index.query.sql": "select name || '!' as name from public.entry" });
  await page.waitForSelector("text=one!");
  assert.deepEqual(await held(page), filled, "after the query");

  save({ "public/style.css": "h1 { color: rgb(2, 2, 2) } .tall { height: 5000px }" });
  await untilTrue(page, "getComputedStyle(document.querySelector('h1')).color === 'rgb(2, 2, 2)'");
  assert.deepEqual(await held(page), filled, "after the stylesheet");

  save({ "pages/index.html": template.replace("Before", "Last") });
  await page.waitForSelector("text=Last");
  await untilTrue(page, "document.querySelectorAll('link[rel=stylesheet]').length === 1");
  assert.deepEqual(await held(page), filled, "after the template again");
  assert.equal(await page.evaluate("window.marker"), 1, "the page was never loaded anew");
  assert.equal(await page.evaluate("document.querySelector('details').open"), true);
  assert.deepEqual(problems, []);
});

test("a changed script loads the page anew, with what the form held", async (t) => {
  const site = await open(t, {
    "pages/index.html": files["pages/index.html"].replace("</head>", '<script src="/app.js"></script></head>'),
  });
  if (!site) return;
  const { page, save } = site;
  await fill(page);
  save({ "public/app.js": "window.loaded = 2" });
  await untilTrue(page, "window.loaded === 2 && document.querySelector('#name').value !== ''");
  assert.equal(await page.evaluate("window.marker"), undefined);
  assert.deepEqual(await held(page), filled);
});

test("a page whose scripts change is loaded anew", async (t) => {
  const site = await open(t);
  if (!site) return;
  const { page, save } = site;
  await page.fill("#name", "typed");
  save({
    "pages/index.html": files["pages/index.html"].replace(
      "</head>",
      '<script nonce="{{@nonce}}">window.inline = 1</script></head>',
    ),
  });
  await untilTrue(page, "window.inline === 1 && document.querySelector('#name').value === 'typed'");
  assert.deepEqual(site.problems, []);
});

test("inline styles with a nonce can be edited", async (t) => {
  const withStyle = (color: string) =>
    files["pages/index.html"].replace("</head>", `<style nonce="{{@nonce}}">h1 { color: ${color} }</style></head>`);
  const site = await open(t, { "pages/index.html": withStyle("rgb(3, 3, 3)") });
  if (!site) return;
  const { page, save } = site;
  await page.evaluate("window.marker = 1");
  save({ "pages/index.html": withStyle("rgb(4, 4, 4)") });
  await untilTrue(page, "getComputedStyle(document.querySelector('h1')).color === 'rgb(4, 4, 4)'");
  assert.equal(await page.evaluate("window.marker"), 1);
  assert.deepEqual(site.problems, []);
});

test("a broken page shows as an overlay over the last good one, and goes when it is mended", async (t) => {
  const site = await open(t);
  if (!site) return;
  const { page, save } = site;
  await fill(page);
  save({ "pages/index.query.sql": "select naem\nfrom public.entry" });
  await page.waitForSelector("howdah-overlay h1");
  const shown = (await page.locator("howdah-overlay section").innerText()).replaceAll(/\s+/g, " ");
  for (const part of ["WD528", 'column "naem" does not exist', "pages/index.query.sql:1:8", "> 1 | select naem"]) {
    assert.ok(shown.includes(part), `${part} in ${shown}`);
  }
  assert.equal(await page.locator("li").count(), 1, "the last good page stands below");
  save({ "pages/index.query.sql": "select 'mended' as name" });
  await page.waitForSelector("li:has-text('mended')");
  assert.equal(await page.locator("howdah-overlay").count(), 0);
  assert.deepEqual(await held(page), filled);
});

test("a failed assembly shows as an overlay until one succeeds; Escape hides it", async (t) => {
  const site = await open(t);
  if (!site) return;
  const { page, emit } = site;
  const error = new AppError("WD203", "it <b>failed</b>", {
    position: { file: "functions/f.sql", line: 1, column: 1 },
    source: "create",
  });
  emit({ kind: "failed", error });
  await page.waitForSelector("howdah-overlay h1");
  assert.equal(await page.locator("howdah-overlay h1").innerText(), "it <b>failed</b>");
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("howdah-overlay").count(), 0);
  emit({ kind: "failed", error });
  await page.waitForSelector("howdah-overlay h1");
  emit({ kind: "assembled", paths: ["functions/f.sql"] });
  await page.waitForSelector("howdah-overlay", { state: "detached" });
});

test("a page that is opened broken shows its error, and itself once it is mended", async (t) => {
  const site = await open(t, { "pages/index.html": "<p>{{#if}}" });
  if (!site) return;
  const { page, save } = site;
  assert.match(await page.locator("body").innerText(), /WD520[\s\S]*pages\/index\.html:1:/);
  save({ "pages/index.html": "<p>{{#unless}}" });
  await page.waitForSelector("text=unless");
  save({ "pages/index.html": layout("", "<p>mended</p>") });
  await page.waitForSelector("text=mended");
  assert.equal(await page.locator("howdah-overlay").count(), 0);
});

test("the answer to a refused form keeps what was typed through an edit", async (t) => {
  const site = await open(t);
  if (!site) return;
  const { page, save, tree } = site;
  const template = (await tree.read("pages/index.html")).toString();
  save({
    "pages/index.html": template
      .replace('name="text">', 'name="text">{{form.text}}')
      .replace("<form", "{{#if error}}<b>{{error.message}}</b>{{/if}}<form"),
  });
  await page.fill("[name=text]", "kept text");
  await page.click("button");
  await page.waitForSelector("text=a value is missing");
  const edited = (await tree.read("pages/index.html")).toString();
  save({ "pages/index.html": edited.replace("Before", "After") });
  await page.waitForSelector("text=After");
  assert.equal(await page.inputValue("[name=text]"), "kept text");
});

test("a browser finds the server again after a restart, and shows what it serves now", async (t) => {
  const browser = await testBrowser(t);
  if (!browser) return;
  const first = await testSite(t, { "pages/index.html": layout("", "first <input id=name>") }, { mode: "development" });
  const { url, port } = await first.server.listen();
  const page = await browser.newPage();
  await page.goto(url);
  await page.fill("#name", "typed");
  await first.server.close();
  const second = await testSite(
    t,
    { "pages/index.html": layout("", "second <input id=name>") },
    { mode: "development" },
  );
  await second.server.listen({ port });
  await page.waitForSelector("text=second");
  assert.equal(await page.inputValue("#name"), "typed");
  await until("the first is closed", () => !first.server.fastify.server.listening);
});
