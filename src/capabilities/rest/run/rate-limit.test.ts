import assert from "node:assert/strict";
import { test } from "node:test";
import type { RoleLimits } from "../settings.ts";
import { RateLimit } from "./rate-limit.ts";

const minute: RoleLimits = { requests: 3, windowMs: 60_000, per: "subject", maxRows: null };
const anon = { role: "anon", claims: {} };
const user = (sub: string) => ({ role: "user", claims: { sub } });

function limitAt(limits: Readonly<Record<string, RoleLimits>>, max?: number) {
  const clock = { now: 1000 };
  return { clock, limit: new RateLimit(limits, () => clock.now, max) };
}

test("a window's requests may come at once, and from then on one each part of it", () => {
  const { clock, limit } = limitAt({ user: minute });
  const take = (): number => Math.round(limit.take(user("a"), undefined));
  assert.deepEqual([take(), take(), take(), take()], [0, 0, 0, 20_000]);
  clock.now += 19_999;
  assert.equal(take(), 1);
  clock.now += 1;
  assert.deepEqual([take(), take()], [0, 20_000]);
  clock.now += 600_000;
  assert.deepEqual([take(), take(), take(), take()], [0, 0, 0, 20_000]);
});

test("who is turned away uses up nothing", () => {
  const { clock, limit } = limitAt({ user: minute });
  for (let turn = 0; turn < 50; turn++) limit.take(user("a"), undefined);
  clock.now += 60_000;
  assert.equal(limit.take(user("a"), undefined, 3), 0);
});

test("subjects, addresses and roles are counted apart", () => {
  const { limit } = limitAt({ user: minute, anon: minute, batch: { ...minute, per: "role" } });
  const uses = (identity: Parameters<RateLimit["take"]>[0], address?: string): boolean =>
    limit.take(identity, address, 3) === 0;
  assert.deepEqual([uses(user("a")), uses(user("b")), uses(user("a"))], [true, true, false]);
  assert.deepEqual([uses(anon, "10.0.0.1"), uses(anon, "10.0.0.2"), uses(anon, "10.0.0.1")], [true, true, false]);
  const batch = (sub: string) => ({ role: "batch", claims: { sub } });
  assert.deepEqual([uses(batch("a")), uses(batch("b"))], [true, false]);
  assert.equal(uses({ role: "other", claims: {} }), true);
  assert.equal(uses({ role: "toString", claims: {} }), true);
});

test("addresses of one household are one", () => {
  const { limit } = limitAt({ anon: minute });
  const uses = (address: string): boolean => limit.take(anon, address, 3) === 0;
  assert.deepEqual(
    [uses("2001:db8:1:2::1"), uses("2001:db8:1:2:ffff::9"), uses("2001:db8:1:3::1")],
    [true, false, true],
  );
  assert.deepEqual(
    [uses("::1"), uses("::2"), uses("::ffff:10.0.0.1"), uses("::ffff:10.0.0.2")],
    [true, false, true, true],
  );
});

test("more than a window has are never let through", () => {
  const { limit } = limitAt({ user: minute });
  assert.equal(limit.take(user("a"), undefined, 4), 20_000);
});

test("only so many callers are remembered, those that come the latest", () => {
  const { limit } = limitAt({ user: minute }, 1000);
  const uses = (caller: number): boolean => limit.take(user(`${caller}${"x".repeat(2000)}`), undefined, 3) === 0;
  for (let caller = 0; caller < 50_000; caller++) assert.ok(uses(caller));
  assert.ok(limit.size <= 1000, String(limit.size));
  assert.equal(uses(49_600), false);
  assert.equal(uses(100), true);
});
