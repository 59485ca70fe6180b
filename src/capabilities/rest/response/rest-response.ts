/** What a request is answered with. */
export interface RestResponse {
  readonly status: number;
  readonly headers: readonly Header[];
  readonly body: Buffer | string;
}

export type Header = readonly [name: string, value: string];

/** A text as a header's value: HTTP sends bytes, which Node takes as characters of Latin 1 (RFC 9110, 5.5). */
export function headerValue(text: string): string {
  return isAscii.test(text) ? text : Buffer.from(text, "utf8").toString("latin1");
}

const isAscii = /^[\u0020-\u007e]*$/;
