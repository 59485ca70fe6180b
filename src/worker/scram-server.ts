import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from "node:crypto";

const iterations = 4096;

/** The server's side of SCRAM-SHA-256 (RFC 5802, RFC 7677) for one password. */
export class ScramServer {
  readonly #salt = randomBytes(16);
  readonly #storedKey: Buffer;
  readonly #serverKey: Buffer;

  constructor(password: string) {
    const salted = pbkdf2Sync(password.normalize("NFKC"), this.#salt, iterations, 32, "sha256");
    this.#storedKey = createHash("sha256").update(hmac(salted, "Client Key")).digest();
    this.#serverKey = hmac(salted, "Server Key");
  }

  /** Answers a client's first message; undefined for one that is none. */
  begin(clientFirst: string): ScramExchange | undefined {
    const [, bare, nonce] = /^[ny],[^,]*,(n=[^,]*,r=([^,]+).*)$/.exec(clientFirst) ?? [];
    if (bare === undefined || nonce === undefined) return undefined;
    const both = nonce + randomBytes(18).toString("base64");
    const serverFirst = `r=${both},s=${this.#salt.toString("base64")},i=${iterations}`;
    return { serverFirst, finish: (clientFinal) => this.#finish(clientFinal, `${bare},${serverFirst}`, both) };
  }

  #finish(clientFinal: string, before: string, nonce: string): string | undefined {
    const [, without, given, proof] = /^(c=[^,]+,r=([^,]+).*),p=([^,]+)$/.exec(clientFinal) ?? [];
    if (without === undefined || proof === undefined || given !== nonce) return undefined;
    const message = `${before},${without}`;
    const signature = hmac(this.#storedKey, message);
    const sent = Buffer.from(proof, "base64");
    if (sent.length !== signature.length) return undefined;
    const clientKey = Buffer.from(sent.map((byte, index) => byte ^ (signature[index] ?? 0)));
    const isRight = timingSafeEqual(createHash("sha256").update(clientKey).digest(), this.#storedKey);
    return isRight ? `v=${hmac(this.#serverKey, message).toString("base64")}` : undefined;
  }
}

/** One login: what the server says first, and its last word once the client has proved itself. */
export interface ScramExchange {
  readonly serverFirst: string;
  /** Undefined for a wrong password. */
  finish(clientFinal: string): string | undefined;
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
