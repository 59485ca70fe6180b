import assert from "node:assert/strict";
import { test } from "node:test";
import { paint } from "./paint.ts";
import { createProgress } from "./progress.ts";

function record(isTTY: boolean, columns = 80) {
  const written: string[] = [];
  let nowMs = 0;
  const stream = { isTTY, columns, write: (text: string) => written.push(text) };
  const progress = createProgress({ stream, paint: paint(false), now: () => (nowMs += 100) });
  return { written, progress };
}

const mega = 1_000_000;

test("off a terminal each download is one line, each slow step another, without escapes", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { written, progress } = record(false);
  progress.step("starting PostgreSQL 18.4");
  t.mock.timers.tick(1000);
  for (const receivedBytes of [1, 2, 3])
    progress.download({ what: "PostgreSQL 18.4", receivedBytes, totalBytes: 24 * mega });
  progress.clear();
  assert.deepEqual(written, ["starting PostgreSQL 18.4\n", "downloading PostgreSQL 18.4 (24.0 MB)\n"]);
});

test("downloads that arrive side by side are told once each", () => {
  const { written, progress } = record(false);
  for (const what of ["one", "two", "one", "two"]) progress.download({ what, receivedBytes: 1, totalBytes: mega });
  assert.deepEqual(written, ["downloading one (1.0 MB)\n", "downloading two (1.0 MB)\n"]);
});

test("on a terminal one line is rewritten, and gone when other output follows", () => {
  const { written, progress } = record(true);
  progress.download({ what: "PostgreSQL 18.4", receivedBytes: 12 * mega, totalBytes: 24 * mega });
  progress.clear();
  progress.clear();
  assert.deepEqual(written, [
    `\r\u001b[2K  PostgreSQL 18.4  ${"━".repeat(12)}${"─".repeat(12)}  12.0 of 24.0 MB`,
    "\r\u001b[2K",
  ]);
});

test("a line never wraps, however narrow the terminal", () => {
  const { written, progress } = record(true, 30);
  progress.download({ what: "a package with a very long name indeed", receivedBytes: mega, totalBytes: 24 * mega });
  assert.ok((written[0] ?? "").replaceAll(/\r|\u001b\[2K/g, "").length <= 30, written[0]);
});

test("without a known size the bytes so far are shown", () => {
  const { written, progress } = record(true);
  progress.download({ what: "index", receivedBytes: 2_500_000, totalBytes: undefined });
  assert.match(written[0] ?? "", /index {2}2\.5 MB$/);
});

test("a step that is over at once is not told", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  for (const isTTY of [true, false]) {
    const { written, progress } = record(isTTY);
    progress.step("joining");
    t.mock.timers.tick(50);
    progress.step("assembling");
    t.mock.timers.tick(50);
    progress.clear();
    t.mock.timers.tick(1000);
    assert.deepEqual(written, []);
  }
});
