import { createHash } from "node:crypto";
import type { Identity } from "../../../identity/index.ts";
import type { RoleLimits } from "../settings.ts";

/** Callers that are remembered at once; those that were away longest are forgotten for new ones. */
const maxCallers = 20_000;

/**
 * Counts the requests of each caller of the roles that have a limit.
 *
 * One number a caller: the time at which he would have used up nothing (the generic cell rate algorithm of ATM, ITU-T
 * I.371). A whole window's requests may come at once, and from then on one each windowMs / requests.
 */
export class RateLimit {
  readonly #limits: Readonly<Record<string, RoleLimits>>;
  readonly #now: () => number;
  readonly #maxCallers: number;
  #recent = new Map<string, number>();
  /** Callers of before; those that come again move over. */
  #older: ReadonlyMap<string, number> = new Map();

  constructor(
    limits: Readonly<Record<string, RoleLimits>>,
    now: () => number = () => performance.now(),
    max = maxCallers,
  ) {
    this.#limits = limits;
    this.#now = now;
    this.#maxCallers = max;
  }

  /** Takes so many requests; milliseconds until they would be let through, 0 where they are. */
  take(identity: Identity, address: string | undefined, requests = 1): number {
    return this.#waitMs(identity, address, requests, true);
  }

  /** Milliseconds until one request would be let through, which is not taken. */
  waitMs(identity: Identity, address: string | undefined): number {
    return this.#waitMs(identity, address, 1, false);
  }

  /** Requests that a caller of this role may send at once; null: as many as they like. */
  atOnce(role: string): number | null {
    return this.#limitOf(role)?.requests ?? null;
  }

  #waitMs(identity: Identity, address: string | undefined, requests: number, isTaken: boolean): number {
    const limit = this.#limitOf(identity.role);
    if (limit === undefined || limit.requests === null) return 0;
    const now = this.#now();
    const caller = callerOf(identity, address, limit);
    const freeAt =
      Math.max(now, this.#recent.get(caller) ?? this.#older.get(caller) ?? 0) +
      (requests * limit.windowMs) / limit.requests;
    const waitMs = freeAt - limit.windowMs - now;
    // A rounding error of times must not turn the last request away.
    if (waitMs > 1e-6) return Math.min(waitMs, limit.windowMs);
    if (isTaken) this.#remember(caller, freeAt);
    return 0;
  }

  #limitOf(role: string): RoleLimits | undefined {
    return Object.hasOwn(this.#limits, role) ? this.#limits[role] : undefined;
  }

  get size(): number {
    return this.#recent.size + this.#older.size;
  }

  /** Half of them at once: what would find the oldest each time walks over all that were deleted before it. */
  #remember(caller: string, freeAt: number): void {
    if (this.#recent.size >= this.#maxCallers / 2) {
      this.#older = this.#recent;
      this.#recent = new Map();
    }
    this.#recent.set(caller, freeAt);
  }
}

function callerOf({ role, claims }: Identity, address: string | undefined, { per }: RoleLimits): string {
  if (per === "role") return role;
  const { sub } = claims;
  const caller = typeof sub === "string" ? `${role}\0sub ${sub}` : `${role}\0from ${network(address ?? "")}`;
  // A token may be long, and its subject too.
  return caller.length <= 100 ? caller : createHash("sha256").update(caller).digest("base64url");
}

/** Of IPv6 the half that a household is given: it can choose the other one anew for each request. */
function network(address: string): string {
  if (!address.includes(":") || address.includes(".")) return address;
  const [head = "", tail] = address.split("::");
  const groups = head === "" ? [] : head.split(":");
  const rest = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - groups.length - rest.length }, () => "0");
  return [...groups, ...zeros, ...rest].slice(0, 4).join(":");
}
