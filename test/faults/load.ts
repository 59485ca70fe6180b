/** One request of a load. */
export interface LoadedRequest {
  readonly startedMs: number;
  readonly endedMs: number;
  /** Undefined where nothing answered within 5 s, or the connection broke. */
  readonly status: number | undefined;
  readonly retryAfter: string | null;
}

/** Clients that ask for a page one time after the other. */
export interface Load {
  /** Lets what is under way end; resolves with every request in the order of their ends. */
  stop(): Promise<readonly LoadedRequest[]>;
}

const patienceMs = 5000;

/** Starts as many clients as said; each asks again as soon as it was answered. */
export function startLoad(url: string, clients: number): Load {
  const requests: LoadedRequest[] = [];
  const ending = new AbortController();
  const client = async (): Promise<void> => {
    while (!ending.signal.aborted) requests.push(await ask(url));
  };
  const all = Promise.all(Array.from({ length: clients }, client));
  return {
    async stop() {
      ending.abort();
      await all;
      return requests;
    },
  };
}

async function ask(url: string): Promise<LoadedRequest> {
  const startedMs = performance.now();
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(patienceMs) });
    await response.arrayBuffer();
    const { status, headers } = response;
    return { startedMs, endedMs: performance.now(), status, retryAfter: headers.get("retry-after") };
  } catch {
    return { startedMs, endedMs: performance.now(), status: undefined, retryAfter: null };
  }
}
