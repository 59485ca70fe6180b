import assert from "node:assert/strict";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { testProjectFolder } from "../support/folder.ts";
import { startHowdah } from "../support/running-howdah.ts";
import { until } from "../support/until.ts";

const example = join(import.meta.dirname, "..", "..", "examples", "services");

test("the services: two versions of one API are live at once, and each is edited in place", async (t) => {
  const folder = await testProjectFolder(t, "howdah-services-");
  await cp(example, folder, { recursive: true, filter: (path) => !path.includes(".howdah") });
  await using howdah = await startHowdah(folder);
  const page = async (): Promise<string> => await (await fetch(howdah.url)).text();
  assert.match(await page(), /At the till: 7\.50 EUR<.*In the shop, in Estonia: 9\.30 EUR</s);

  const file = join(folder, "packages/price_1/functions/quote.sql");
  await writeFile(file, (await readFile(file, "utf8")).replace("250", "300"));
  await until("the saved function answers", async () => (await page()).includes("At the till: 9.00 EUR"));
  assert.match(await page(), /In the shop, in Estonia: 9\.30 EUR</);
  assert.equal(await howdah.stop(), 0);
});
