import { access } from "node:fs/promises";
import type { TestContext } from "node:test";
import { chromium, type Browser } from "playwright-core";

const usualPlaces = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/snap/bin/chromium",
];

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-default-apps",
  "--disable-sync",
  "--no-first-run",
];

/** Where a Chromium is: the one that HOWDAH_CHROMIUM names, or one in a usual place; undefined without one. */
export async function findBrowser(): Promise<string | undefined> {
  const named = process.env["HOWDAH_CHROMIUM"];
  for (const path of named ? [named] : usualPlaces) {
    if (await exists(path)) return path;
  }
  return undefined;
}

/** A headless Chromium, which the caller closes; throws where there is none. */
export async function launch(): Promise<Browser> {
  const executablePath = await findBrowser();
  if (executablePath === undefined) throw new Error("no Chromium was found: name one in HOWDAH_CHROMIUM");
  return chromium.launch({ executablePath, args: flags });
}

/** A headless Chromium for one test. Without one the test is skipped by name and undefined comes back; in CI it fails. */
export async function testBrowser(t: TestContext): Promise<Browser | undefined> {
  if ((await findBrowser()) === undefined && process.env["CI"] !== "true") {
    t.skip("no Chromium was found: name one in HOWDAH_CHROMIUM");
    return undefined;
  }
  const browser = await launch();
  t.after(() => browser.close());
  return browser;
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
