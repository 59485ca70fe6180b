import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import { listContent } from "../../../resolve/index.ts";
import { readControls } from "../control.ts";
import type { ExtensionRequest } from "../settings.ts";
import { sourceOf } from "../sources.ts";
import type { Offer, Place, Source } from "./source.ts";

/** A place that a source has an extension for. */
export interface Prepared {
  readonly place: Place;
  /** What it has. */
  readonly name: string;
  readonly version: string;
  /** What howdah.toml says of it, where the source needs to be told. */
  readonly request?: ExtensionRequest | undefined;
  /** Ends everything that the source asks; undefined for one that asks nobody. */
  readonly disconnect?: (() => Promise<void>) | undefined;
}

export interface ConformanceOptions {
  readonly source: Source;
  /** What it is called in the names of the tests. */
  readonly title: string;
  /** False for one whose files come with the server. */
  readonly installs: boolean;
  /** Why it can't be asked here. */
  readonly skip?: string | false;
  prepare(t: TestContext): Promise<Prepared>;
}

/** What every source of extensions must do, as tests of node:test. Called at the top of the source's test file. */
export function sourceConformance(options: ConformanceOptions): void {
  suite(`the source “${options.title}” conforms`, { skip: options.skip ?? false }, () => {
    test("it offers what it has, in words that howdah.lock keeps", (t) => offers(t, options));
    test("of a name that nobody knows it has nothing, and says so without an error", (t) => hasNothing(t, options));
    if (!options.installs) {
      test("its files are the server's", (t) => installsNothing(t, options));
      return;
    }
    test("what is installed has its control file, and twice is once", (t) => installs(t, options));
    test("two that install the same at once have one copy", (t) => installsOnce(t, options));
    test("what is in the cache needs nobody", (t) => installsOffline(t, options));
    test("other bytes than the locked ones are refused, and nothing of them stays", (t) => refusesOthers(t, options));
  });
}

async function offers(t: TestContext, { source, prepare }: ConformanceOptions): Promise<void> {
  const { place, name, version, request } = await prepare(t);
  const found = await source.offers(name, place, request);
  assert.ok(found.some(({ text }) => text === version));
  for (const offer of found) {
    assert.equal(offer.name, name);
    assert.equal(sourceOf(offer.source), source, "howdah.lock leads back to it");
    assert.deepEqual(JSON.parse(JSON.stringify(offer.artifacts)), offer.artifacts);
  }
}

async function hasNothing(t: TestContext, { source, prepare }: ConformanceOptions): Promise<void> {
  const { place } = await prepare(t);
  assert.deepEqual(await source.offers("nobody_knows_this", place), []);
  assert.ok(!(await source.names(place)).includes("nobody_knows_this"));
}

async function installsNothing(t: TestContext, options: ConformanceOptions): Promise<void> {
  const { offer, place } = await chosen(t, options);
  assert.equal(await options.source.install(offer, place), undefined);
}

async function installs(t: TestContext, options: ConformanceOptions): Promise<void> {
  const { offer, place } = await chosen(t, options);
  const folder = await options.source.install(offer, place);
  assert.ok(folder !== undefined && folder.startsWith(place.cache));
  const controls = await readControls(join(folder, "share", "extension"));
  assert.deepEqual(
    controls.map(({ name, defaultVersion }) => [name, defaultVersion]),
    [[offer.name, offer.text]],
  );
  assert.equal(await options.source.install(offer, place), folder);
}

async function installsOnce(t: TestContext, options: ConformanceOptions): Promise<void> {
  const { offer, place } = await chosen(t, options);
  const [first, second] = await Promise.all([0, 1].map(async () => options.source.install(offer, place)));
  assert.equal(first, second);
  assert.equal((await listContent(place.cache, "extension")).length, 1);
}

async function installsOffline(t: TestContext, options: ConformanceOptions): Promise<void> {
  const { offer, place, disconnect } = await chosen(t, options);
  const folder = await options.source.install(offer, place);
  await disconnect?.();
  assert.equal(await options.source.install(offer, place), folder);
}

async function refusesOthers(t: TestContext, options: ConformanceOptions): Promise<void> {
  const { offer, place } = await chosen(t, options);
  const other = `sha256-${Buffer.alloc(32).toString("base64")}`;
  const artifacts = offer.artifacts.map((artifact) => ({ ...artifact, integrity: other }));
  assert.notEqual(artifacts.length, 0);
  await assert.rejects(options.source.install({ ...offer, artifacts }, place), { code: "WD353" });
  assert.deepEqual(await listContent(place.cache, "extension"), []);
  assert.deepEqual(await readdir(join(place.cache, "staging")).catch(() => []), []);
}

interface Chosen extends Prepared {
  /** With what is known of its artifacts once it is chosen. */
  readonly offer: Offer;
}

async function chosen(t: TestContext, { source, prepare }: ConformanceOptions): Promise<Chosen> {
  const prepared = await prepare(t);
  const found = await source.offers(prepared.name, prepared.place, prepared.request);
  const offer = found.find(({ text }) => text === prepared.version);
  assert.ok(offer !== undefined);
  return { ...prepared, offer: { ...offer, artifacts: (await offer.seal?.()) ?? offer.artifacts } };
}
