import type { AppEvent, Log } from "../capability/index.ts";
import { toAppError } from "../errors/index.ts";

/** What happens to a running application, told to every listener in the order of subscription. */
export interface Events {
  /** Never throws: a listener that fails is logged, and the others are told all the same. */
  emit(event: AppEvent): void;
  /** Returns the function that ends the subscription. */
  on(listener: (event: AppEvent) => void): () => void;
}

/** A new channel of events without listeners. */
export function createEvents(log: Log): Events {
  const subscriptions = new Set<{ readonly listener: (event: AppEvent) => void }>();
  return {
    emit(event) {
      // Who subscribes while an event is told, hears of the next one.
      for (const subscription of [...subscriptions]) {
        if (subscriptions.has(subscription)) tell(subscription.listener, event, log);
      }
    },
    on(listener) {
      // An object of its own each: a function that subscribes twice is told twice, and ends one of the two.
      const subscription = { listener };
      subscriptions.add(subscription);
      return () => subscriptions.delete(subscription);
    },
  };
}

/** Calls back; what the listener throws is its own affair, and stands in the log. */
export function tell<Value>(listener: (value: Value) => void, value: Value, log: Log): void {
  try {
    listener(value);
  } catch (thrown) {
    const { code, message } = toAppError(thrown);
    log.error({ code, stack: thrown instanceof Error ? thrown.stack : undefined }, `a listener failed: ${message}`);
  }
}
