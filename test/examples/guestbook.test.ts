import assert from "node:assert/strict";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { testBrowser } from "../support/browser.ts";
import { testProjectFolder } from "../support/folder.ts";
import { copyGuestbook, sign } from "../support/guestbook.ts";
import { startHowdah } from "../support/running-howdah.ts";

test("the guestbook: from an empty folder to a posted entry that survives a restart", async (t) => {
  const folder = await exampleFolder(t);
  const browser = await testBrowser(t);
  if (browser === undefined) return;
  const page = await browser.newPage({ viewport: { width: 1100, height: 820 } });

  await using first = await startHowdah(folder);
  await page.goto(first.url);
  assert.equal(await page.title(), "Guestbook");
  await page.getByLabel("Your name").fill("Third visitor");
  await page.getByLabel("Your message").fill("A form, a function, a row: <b>that</b> is all it takes.");
  await page.getByRole("button", { name: "Sign" }).click();
  const entry = page.locator(".entries li").first();
  assert.equal(
    await entry.locator(".message").textContent(),
    "A form, a function, a row: <b>that</b> is all it takes.",
  );
  assert.match((await page.locator("header p").textContent()) ?? "", /^3 people have signed/);
  assert.equal(await first.stop(), 0);

  await using second = await startHowdah(folder);
  await page.goto(second.url);
  assert.equal(await page.locator(".entries li").count(), 3);
  assert.equal(await page.locator(".entries li strong").first().textContent(), "Third visitor");
  const picture = process.env["HOWDAH_SCREENSHOTS"];
  if (picture !== undefined) await page.screenshot({ path: join(picture, "guestbook.png") });
  assert.equal(await second.stop(), 0);
});

test("the guestbook: what breaks a rule is said on the page, and nothing typed is lost", async (t) => {
  const folder = await exampleFolder(t);
  await using howdah = await startHowdah(folder);
  const response = await sign(howdah.url, "   ", "kept");
  assert.equal(response.status, 422);
  const html = await response.text();
  assert.match(html, /entry_author_length/);
  assert.match(html, /<textarea[^>]*>kept<\/textarea>/);
});

async function exampleFolder(t: TestContext): Promise<string> {
  const folder = await testProjectFolder(t, "howdah-example-");
  await copyGuestbook(folder);
  return folder;
}
