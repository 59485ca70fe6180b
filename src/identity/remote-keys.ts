import { AppError } from "../errors/index.ts";
import { keysOfSet, type VerificationKey } from "./key.ts";

const refreshMs = 10 * 60_000;
/** An unknown key id makes us look again, but not more often than this: strangers could make us ask all the time. */
const unknownMs = 10_000;
/** After an address that failed nobody is asked for this long, then twice as long each time, up to `unknownMs`. */
const retryMs = 1000;
const timeoutMs = 5_000;
const maxBytes = 1024 * 1024;

/**
 * The keys behind an address, as OpenID Connect publishes them: read when they are first needed, then every ten
 * minutes, and when a token names one that is not among them. While the address can't be read, the last keys stay.
 */
export class RemoteKeys {
  readonly #url: string;
  readonly #onChange: () => void;
  readonly #now: () => number;
  #keys: readonly VerificationKey[] = [];
  #text = "";
  #readAt = -Infinity;
  #failures = 0;
  #failedAt = -Infinity;
  #failure: AppError | undefined;
  #reading: Promise<void> | undefined;

  /** `onChange` is called when the keys are others than before; `now` is in milliseconds. */
  constructor(url: string, onChange: () => void, now: () => number) {
    this.#url = url;
    this.#onChange = onChange;
    this.#now = now;
  }

  /** Reads the keys anew where they are old, so that a key that was withdrawn is noticed by tokens that are remembered. */
  refresh(): void {
    // What is wrong is told to the next token that has to be verified.
    if (this.#now() - this.#readAt > refreshMs && !this.#rests()) void this.#readOnce().catch(() => {});
  }

  /** The keys; `keyId` is what the token names, null where it names none. Throws WD622 where there never were any. */
  async keysFor(keyId: string | null): Promise<readonly VerificationKey[]> {
    const age = this.#now() - this.#readAt;
    const isMissing = keyId !== null && !this.#keys.some(({ id }) => id === keyId);
    // Old keys answer at once; only without them there is something to wait for.
    if ((this.#keys.length === 0 || isMissing) && age > unknownMs) await this.#readUnlessFailed();
    else this.refresh();
    return this.#keys;
  }

  /** Who comes soon after a failure is told the same: an address in trouble isn't asked by each token. */
  async #readUnlessFailed(): Promise<void> {
    if (!this.#rests()) return this.#readOnce();
    if (this.#keys.length === 0 && this.#failure !== undefined) throw this.#failure;
  }

  #rests(): boolean {
    return this.#now() - this.#failedAt < Math.min(retryMs * 2 ** (this.#failures - 1), unknownMs);
  }

  #readOnce(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #read(): Promise<void> {
    try {
      const text = await fetchText(this.#url);
      this.#keys = parseSet(text);
      this.#readAt = this.#now();
      this.#failures = 0;
      this.#failedAt = -Infinity;
      if (text !== this.#text) this.#onChange();
      this.#text = text;
    } catch (error) {
      this.#failures++;
      this.#failedAt = this.#now();
      const detail = error instanceof Error ? error.message : String(error);
      this.#failure = new AppError("WD622", "the keys that verify tokens can't be read", {
        detail: `${this.#url}: ${detail}`,
        cause: error,
      });
      if (this.#keys.length === 0) throw this.#failure;
    }
  }
}

async function fetchText(url: string): Promise<string> {
  const response = await fetch(url, {
    headers: { accept: "application/jwk-set+json, application/json" },
    redirect: "error",
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (!response.ok) throw new Error(`status ${response.status}`);
  let length = 0;
  const chunks: Uint8Array[] = [];
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > maxBytes) throw new Error(`more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parseSet(text: string): readonly VerificationKey[] {
  const value = JSON.parse(text) as { readonly keys?: unknown } | null;
  if (!Array.isArray(value?.keys)) throw new Error("it is no set of keys");
  return keysOfSet(value.keys);
}
