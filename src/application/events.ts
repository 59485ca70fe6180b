import type { AppEvent } from "../capability/index.ts";

/** What happens to a running application, told to every listener in the order of subscription. */
export interface Events {
  emit(event: AppEvent): void;
  /** Returns the function that ends the subscription. */
  on(listener: (event: AppEvent) => void): () => void;
}

/** A new channel of events without listeners. */
export function createEvents(): Events {
  const listeners = new Set<(event: AppEvent) => void>();
  return {
    emit(event) {
      for (const listener of listeners) listener(event);
    },
    on(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
