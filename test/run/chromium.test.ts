import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { ownGlibc } from "../../src/provision/providers/platform.ts";
import { testCache } from "../support/cache.ts";
import { suiteForGlibc, unpackedChromium } from "./chromium-deb.ts";
import { wrapperScript } from "./chromium-wrapper.ts";
import { presentChromium, provideChromium } from "./chromium.ts";

test("Chromium comes from the newest suite whose C library is not newer than the host's", () => {
  const chosen = ["2.31", "2.35", "2.36", "2.39", "2.41", "2.100"].map(suiteForGlibc);
  assert.deepEqual(chosen, [undefined, undefined, "bookworm", "bookworm", "trixie", "trixie"]);
});

test("the wrapper runs Chromium with the libraries and fonts beside it, wherever it stands", async (t) => {
  const root = join(await testCache(t), 'it\'s & "b" `c`');
  await mkdir(join(root, "usr", "lib", "chromium"), { recursive: true });
  const says = '#!/bin/sh\nprintf "%s\\n" "$LD_LIBRARY_PATH" "$FONTCONFIG_FILE" "$@"\n';
  await writeFile(join(root, "usr", "lib", "chromium", "chromium-headless-shell"), says, { mode: 0o755 });
  await writeFile(join(root, "chromium"), wrapperScript("x86_64-linux-gnu"), { mode: 0o755 });
  const done = spawnSync(join(root, "chromium"), ["--headless", "a b"], { encoding: "utf8" });
  const folders = ["usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu", "usr/lib/x86_64-linux-gnu/pulseaudio"];
  assert.deepEqual(done.stdout.split("\n"), [
    folders.map((folder) => join(root, folder)).join(":"),
    join(root, "fonts.conf"),
    "--headless",
    "a b",
    "",
  ]);
});

test("HOWDAH_CHROMIUM goes before the system's Chromium, and that before the unpacked one", async (t) => {
  const folder = await testCache(t);
  const system = join(folder, "chromium");
  await writeFile(system, "", { mode: 0o755 });
  const env = { PATH: `/nowhere:${folder}` };
  assert.equal(await presentChromium({ ...env, HOWDAH_CHROMIUM: "/mine" }), "/mine");
  assert.equal(await presentChromium(env), system);
  assert.equal(await presentChromium({ ...env, HOWDAH_CHROMIUM_SOURCE: "system" }), system);
  assert.notEqual(await presentChromium({ ...env, HOWDAH_CHROMIUM_SOURCE: "deb" }), system);
  await assert.rejects(provideChromium({ ...env, HOWDAH_CHROMIUM_SOURCE: "snap" }), /may be system or deb/);
});

test("the newest Chromium in the cache that was unpacked for this machine is used again", async (t) => {
  const suite = suiteForGlibc(ownGlibc() ?? "0");
  const [own, other] = process.arch === "arm64" ? ["arm64", "amd64"] : ["amd64", "arm64"];
  const cache = await testCache(t);
  assert.equal(await unpackedChromium(cache), undefined);
  const names = [
    `${suite}-${own}-99.0-1`,
    `${suite}-${own}-156.0-1`,
    `${suite}-${other}-200.0-1`,
    `sid-${own}-200.0-1`,
  ];
  for (const name of names) await mkdir(join(cache, "chromium", name), { recursive: true });
  const newest = join(cache, "chromium", `${suite}-${own}-156.0-1`, "chromium");
  assert.equal(await unpackedChromium(cache), suite && newest);
});
