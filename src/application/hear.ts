import { setTimeout as pause } from "node:timers/promises";
import { listen, type Target } from "../postgres/index.ts";

const retryMs = 500;

/** Listens until the signal aborts; what was notified while the connection was broken is told as one notification. */
export async function hear(
  target: Target,
  channels: readonly string[],
  onNotification: () => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const options = { applicationName: "howdah notifications", onGap: onNotification };
      return await (
        await listen(target, channels, onNotification, signal, options)
      ).closed;
    } catch {
      // The pool of requests tells that the database is away; here it is tried again.
      await pause(retryMs, undefined, { signal }).catch(() => {}); // an abort ends the loop
    }
  }
}
