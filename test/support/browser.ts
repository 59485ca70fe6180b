import type { TestContext } from "node:test";
import { chromium, type Browser } from "playwright-core";
import { presentChromium } from "../run/chromium.ts";
import { isCi } from "./ci.ts";

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-default-apps",
  "--disable-sync",
  "--no-first-run",
];

const missing = "no Chromium was found: npm test fetches one, HOWDAH_CHROMIUM names one";

/** A headless Chromium, which the caller closes; throws where there is none. */
export async function launch(): Promise<Browser> {
  const executablePath = await presentChromium(process.env);
  if (executablePath === undefined) throw new Error(missing);
  return chromium.launch({ executablePath, args: flags });
}

/** A headless Chromium for one test. Without one the test is skipped by name and undefined comes back; in CI it fails. */
export async function testBrowser(t: TestContext): Promise<Browser | undefined> {
  if (!isCi(process.env) && (await presentChromium(process.env)) === undefined) {
    t.skip(missing);
    return undefined;
  }
  const browser = await launch();
  t.after(() => browser.close());
  return browser;
}
