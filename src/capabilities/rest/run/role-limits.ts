import type { Identity } from "../../../identity/index.ts";
import { batchFailure, tooManyRequests } from "../failure/index.ts";
import type { RestSettings } from "../settings.ts";
import { RateLimit } from "./rate-limit.ts";

/** What one role may do under some settings. */
interface Limited {
  readonly rate: RateLimit;
  readonly byRole: ReadonlyMap<string, RestSettings>;
}

const known = new WeakMap<RestSettings, Limited>();

/**
 * Counts requests of whoever asks. Throws WD678 where there are too many, and WD676 for a batch of more than are let
 * through at once, which would never be.
 */
export function countRequests(
  settings: RestSettings,
  identity: Identity,
  address: string | undefined,
  requests = 1,
): void {
  const { rate } = limitedBy(settings);
  const atOnce = rate.atOnce(identity.role);
  if (atOnce !== null && requests > atOnce) {
    throw batchFailure(`it has ${requests} requests, and the role '${identity.role}' may send ${atOnce} at once`);
  }
  refuseWaiting(rate.take(identity, address, requests));
}

/** Refuses who could not send one request now, before what he has sent is read; counts nothing. Throws WD678. */
export function refuseExhausted(settings: RestSettings, identity: Identity, address: string | undefined): void {
  refuseWaiting(limitedBy(settings).rate.waitMs(identity, address));
}

function refuseWaiting(waitMs: number): void {
  if (waitMs > 0) throw tooManyRequests(Math.ceil(waitMs / 1000));
}

/** The settings as they are for a role; the same object each time, by which plans are found again. */
export function settingsOf(settings: RestSettings, role: string): RestSettings {
  return limitedBy(settings).byRole.get(role) ?? settings;
}

/** True where some role has a limit: nothing is looked up where none has. */
export function hasLimits({ beyond: { limits } }: RestSettings): boolean {
  for (const _ in limits) return true;
  return false;
}

function limitedBy(settings: RestSettings): Limited {
  const found = known.get(settings);
  if (found !== undefined) return found;
  const { limits } = settings.beyond;
  const byRole = new Map<string, RestSettings>();
  for (const [role, { maxRows }] of Object.entries(limits)) {
    if (maxRows === null) continue;
    byRole.set(role, { ...settings, maxRows: Math.min(maxRows, settings.maxRows ?? maxRows) });
  }
  const made = { rate: new RateLimit(limits), byRole };
  known.set(settings, made);
  return made;
}
