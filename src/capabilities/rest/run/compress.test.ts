import assert from "node:assert/strict";
import { request, type IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import { test } from "node:test";
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib";
import { restServer } from "../../../../test/support/rest-server.ts";
import { queriesBeyond } from "../../../../test/support/rest-settings.ts";

const schema = `
  create view public.entry as select n as id, repeat('text ', 10) as text from generate_series(1, 1000) as n;
  create view public.broken as select 1 / (9000 - n) as one, repeat('x', 1000) as text from generate_series(1, 10000) as n;
`;
const settings = { beyond: { ...queriesBeyond, compressFromBytes: 1024, etags: true } };

/** Without a client that decompresses by itself. */
async function ask(url: string, headers: Record<string, string>): Promise<{ response: IncomingMessage; body: Buffer }> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request(url, { headers }, resolve).on("error", reject).end();
  });
  return { response, body: await buffer(response) };
}

const decoders = { zstd: zstdDecompressSync, br: brotliDecompressSync, gzip: gunzipSync };

test("large answers are compressed as the client takes it", async (t) => {
  const { url } = await restServer(t, schema, { settings });
  const plain = await ask(`${url}/entry`, {});
  assert.equal(plain.response.headers["content-encoding"], undefined);
  assert.match(plain.response.headers.vary ?? "", /, Accept-Encoding$/);
  for (const coding of ["zstd", "br", "gzip"] as const) {
    const { response, body } = await ask(`${url}/entry`, { "accept-encoding": coding });
    assert.equal(response.headers["content-encoding"], coding);
    assert.equal(Number(response.headers["content-length"]), body.length);
    assert.ok(body.length < plain.body.length / 5, `${body.length} of ${plain.body.length} bytes`);
    assert.deepEqual(decoders[coding](body), plain.body);
    const tag = response.headers.etag ?? "";
    assert.equal(tag, plain.response.headers.etag?.replace(/"$/, `-${coding}"`));
    const again = await ask(`${url}/entry`, { "accept-encoding": coding, "if-none-match": tag });
    assert.deepEqual([again.response.statusCode, again.response.headers.etag], [304, tag]);
  }
  const all = await ask(`${url}/entry`, { "accept-encoding": "gzip, deflate, br, zstd" });
  assert.equal(all.response.headers["content-encoding"], "zstd");
});

test("small answers, and those whose type does not shrink, are sent as they are", async (t) => {
  const { url } = await restServer(t, schema, { settings });
  const { response, body } = await ask(`${url}/entry?limit=1&select=id`, { "accept-encoding": "gzip" });
  assert.deepEqual([response.headers["content-encoding"], body.toString()], [undefined, '[{"id":1}]']);
  const refused = await ask(`${url}/entry`, { "accept-encoding": "gzip;q=0, identity" });
  assert.equal(refused.response.headers["content-encoding"], undefined);
});

test("streams are compressed while they come, and break off where they fail", async (t) => {
  const { url } = await restServer(t, schema, { settings });
  const lines = { accept: "application/x-ndjson" };
  const plain = await ask(`${url}/entry`, lines);
  for (const coding of ["zstd", "br", "gzip"] as const) {
    const { response, body } = await ask(`${url}/entry`, { ...lines, "accept-encoding": coding });
    assert.equal(response.headers["content-encoding"], coding);
    assert.deepEqual(decoders[coding](body), plain.body);
    await assert.rejects(ask(`${url}/broken`, { ...lines, "accept-encoding": coding }), { code: "ECONNRESET" });
  }
});

test("nothing is compressed unless a setting says so", async (t) => {
  const { url } = await restServer(t, schema);
  const { response } = await ask(`${url}/entry`, { "accept-encoding": "gzip" });
  assert.equal(response.headers["content-encoding"], undefined);
  assert.equal(response.headers.vary, "Accept, Prefer, Range");
});
