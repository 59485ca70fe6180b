import assert from "node:assert/strict";
import { test } from "node:test";
import type { AppEvent } from "../capability/index.ts";
import { keepingLog } from "../../test/support/project.ts";
import { createEvents } from "./events.ts";

const changed = { kind: "changed", paths: ["pages/index.html"] } satisfies AppEvent;

test("every listener hears every event, in the order in which they subscribed", () => {
  const { log } = keepingLog();
  const events = createEvents(log);
  const heard: string[] = [];
  events.on(({ kind }) => heard.push(`first ${kind}`));
  events.on(({ kind }) => heard.push(`second ${kind}`));
  events.emit(changed);
  assert.deepEqual(heard, ["first changed", "second changed"]);
});

test("who has ended the subscription hears nothing more, even of the event that is being told", () => {
  const events = createEvents(keepingLog().log);
  const heard: string[] = [];
  events.on(() => endSecond());
  const endSecond = events.on(() => heard.push("second"));
  events.emit(changed);
  assert.deepEqual(heard, []);
});

test("a function that subscribes twice hears twice, and ends one of the two", () => {
  const events = createEvents(keepingLog().log);
  let heard = 0;
  const listener = (): void => void heard++;
  const end = events.on(listener);
  events.on(listener);
  events.emit(changed);
  end();
  end();
  events.emit(changed);
  assert.equal(heard, 3);
});

test("a listener that fails is logged, and the others hear all the same", () => {
  const { log, lines } = keepingLog();
  const events = createEvents(log);
  let heard = 0;
  events.on(() => {
    throw new Error("cache is gone");
  });
  events.on(() => void heard++);
  events.emit(changed);
  assert.equal(heard, 1);
  assert.match(lines.join(), /^error a listener failed: .*cache is gone/);
});
