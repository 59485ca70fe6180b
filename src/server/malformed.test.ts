import assert from "node:assert/strict";
import { test } from "node:test";
import { sendRaw } from "../../test/support/raw-http.ts";
import { testSite } from "../../test/support/site.ts";

const host = "Host: localhost\r\n";

/** What is sent, as it is; each is answered with a status of 400 to 431 or 501 and up, or by closing, and never obeyed. */
const corpus: Readonly<Record<string, string>> = {
  "nothing but line ends": "\r\n\r\n\r\n\r\n",
  "no HTTP": "hello\r\n\r\n",
  binary: "\x00\x01\x02\xff\xfe\r\n\r\n",
  "a TLS hello": "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
  "the preface of HTTP/2": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  SSH: "SSH-2.0-OpenSSH_9.0\r\n",
  "HTTP/0.9": "GET /\r\n\r\n",
  "HTTP/3.0": `GET / HTTP/3.0\r\n${host}\r\n`,
  "lower-case version": `GET / http/1.1\r\n${host}\r\n`,
  "no version number": `GET / HTTP/\r\n${host}\r\n`,
  "no target": `GET HTTP/1.1\r\n${host}\r\n`,
  "a blank in the target": `GET /a b HTTP/1.1\r\n${host}\r\n`,
  "a tab for a blank": `GET\t/\tHTTP/1.1\r\n${host}\r\n`,
  "lower-case method": `get / HTTP/1.1\r\n${host}\r\n`,
  "unknown method": `HOWDAH / HTTP/1.1\r\n${host}\r\n`,
  "a method of signs": `G@T / HTTP/1.1\r\n${host}\r\n`,
  "no Host": "GET / HTTP/1.1\r\n\r\n",
  "an empty Host": "GET / HTTP/1.1\r\nHost:\r\n\r\n",
  "two Hosts": `GET / HTTP/1.1\r\n${host}${host}\r\n`,
  "two different Hosts": `GET / HTTP/1.1\r\n${host}Host: evil.example\r\n\r\n`,
  "two Hosts in one": "GET / HTTP/1.1\r\nHost: localhost, evil.example\r\n\r\n",
  "a Host with a user": "GET / HTTP/1.1\r\nHost: localhost@evil.example\r\n\r\n",
  "a Host with a path": "GET / HTTP/1.1\r\nHost: localhost/x\r\n\r\n",
  "a foreign Host in HTTP/1.0": "GET / HTTP/1.0\r\nHost: evil.example\r\n\r\n",
  "no Host in HTTP/1.0": "GET / HTTP/1.0\r\n\r\n",
  "an absolute target": `GET http://localhost/ HTTP/1.1\r\n${host}\r\n`,
  "an absolute target of another host": `GET http://evil.example/ HTTP/1.1\r\n${host}\r\n`,
  "a star": `GET * HTTP/1.1\r\n${host}\r\n`,
  "a target without slash": `GET index HTTP/1.1\r\n${host}\r\n`,
  CONNECT: `CONNECT localhost:80 HTTP/1.1\r\n${host}\r\n`,
  "a header without colon": `GET / HTTP/1.1\r\n${host}broken\r\n\r\n`,
  "a header without name": `GET / HTTP/1.1\r\n${host}: x\r\n\r\n`,
  "a blank before the colon": `GET / HTTP/1.1\r\nHost : localhost\r\n\r\n`,
  "a blank in a name": `GET / HTTP/1.1\r\n${host}X Y: z\r\n\r\n`,
  "a folded header": `GET / HTTP/1.1\r\n${host}X: a\r\n b\r\n\r\n`,
  "a NUL in a header": `GET / HTTP/1.1\r\n${host}X: a\x00b\r\n\r\n`,
  "a bare CR in a header": `GET / HTTP/1.1\r\n${host}X: a\rb: c\r\n\r\n`,
  "a bare CR for a line end": `GET / HTTP/1.1\r${host}\r\r`,
  "a header before the request line": ` GET / HTTP/1.1\r\n${host}\r\n`,
  "length and chunks": `POST / HTTP/1.1\r\n${host}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  "two lengths": `POST / HTTP/1.1\r\n${host}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!`,
  "two lengths in one": `POST / HTTP/1.1\r\n${host}Content-Length: 5, 6\r\n\r\nhello!`,
  "a negative length": `POST / HTTP/1.1\r\n${host}Content-Length: -1\r\n\r\n`,
  "a signed length": `POST / HTTP/1.1\r\n${host}Content-Length: +5\r\n\r\nhello`,
  "a hexadecimal length": `POST / HTTP/1.1\r\n${host}Content-Length: 0x5\r\n\r\nhello`,
  "an endless length": `POST / HTTP/1.1\r\n${host}Content-Length: 99999999999999999999999\r\n\r\n`,
  "an empty length": `POST / HTTP/1.1\r\n${host}Content-Length:\r\n\r\n`,
  "chunked twice": `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n`,
  "chunked first": `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
  "an unknown transfer encoding": `POST / HTTP/1.1\r\n${host}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
  "a chunk of no number": `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\nxyz\r\nhello\r\n0\r\n\r\n`,
  "an endless chunk": `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nhello\r\n0\r\n\r\n`,
  "a negative chunk": `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n`,
  "a chunk without its end": `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n5\r\nhelloworld\r\n0\r\n\r\n`,
  "a body beyond the limit": `POST / HTTP/1.1\r\n${host}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 2000000\r\n\r\na=${"b".repeat(5000)}`,
  "a chunked body beyond the limit": `POST / HTTP/1.1\r\n${host}Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n200000\r\n${"b".repeat(0x200000)}\r\n0\r\n\r\n`,
  "endless headers": `GET / HTTP/1.1\r\n${host}X: ${"a".repeat(20_000)}\r\n\r\n`,
  "ten thousand headers": `GET / HTTP/1.1\r\n${host}${"X: y\r\n".repeat(10_000)}\r\n`,
  "an endless target": `GET /${"a".repeat(9_000)} HTTP/1.1\r\n${host}\r\n`,
  "an endless method": `${"A".repeat(20_000)} / HTTP/1.1\r\n${host}\r\n`,
  "an impossible expectation": `GET / HTTP/1.1\r\n${host}Expect: 200-ok\r\n\r\n`,
  "broken percent-encoding": `GET /%zz HTTP/1.1\r\n${host}\r\n`,
  "an overlong dot": `GET /%c0%ae%c0%ae/x HTTP/1.1\r\n${host}\r\n`,
  "half a surrogate": `GET /%ed%a0%80 HTTP/1.1\r\n${host}\r\n`,
  "a NUL in the target": `GET /\x00 HTTP/1.1\r\n${host}\r\n`,
  "an encoded NUL": `GET /%00 HTTP/1.1\r\n${host}\r\n`,
  "a broken content type": `POST / HTTP/1.1\r\n${host}Content-Type: ;;;\r\nContent-Length: 1\r\n\r\na`,
  "a broken multipart form": `POST / HTTP/1.1\r\n${host}Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 3\r\n\r\n--x`,
  "a multipart form without boundary": `POST / HTTP/1.1\r\n${host}Content-Type: multipart/form-data\r\nContent-Length: 3\r\n\r\n--x`,
  "broken JSON": `POST / HTTP/1.1\r\n${host}Content-Type: application/json\r\nContent-Length: 1\r\n\r\n{`,
  "a poisoned JSON": `POST / HTTP/1.1\r\n${host}Content-Type: application/json\r\nContent-Length: 19\r\n\r\n{"__proto__":{"a":1}`,
  "an upgrade to nothing known": `GET /_howdah/live HTTP/1.1\r\n${host}Connection: Upgrade\r\nUpgrade: nonsense\r\n\r\n`,
  "a WebSocket without key": `GET /_howdah/live HTTP/1.1\r\n${host}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
  "a WebSocket of another version": `GET /_howdah/live HTTP/1.1\r\n${host}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 99\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
  "a WebSocket by POST": `POST /_howdah/live HTTP/1.1\r\n${host}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
  "a WebSocket of another site": `GET /_howdah/live HTTP/1.1\r\n${host}Origin: http://evil.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
  "a WebSocket at a foreign host": `GET /_howdah/live HTTP/1.1\r\nHost: evil.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
  "a WebSocket to nowhere": `GET /nowhere HTTP/1.1\r\n${host}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
  "a smuggled request behind a short length": `POST / HTTP/1.1\r\n${host}Content-Type: text/plain\r\nContent-Length: 4\r\n\r\nabcdGARBAGE\r\n\r\n`,
};

function isRefusal(status: number): boolean {
  return (status >= 400 && status <= 431) || status === 501 || status === 505;
}

for (const mode of ["production", "development"] as const) {
  test(`what is no proper HTTP is refused and the server lives on (${mode})`, async (t) => {
    const { server, logged } = await testSite(
      t,
      { "pages/index.html": "root", "pages/index.post.sql": "select 1" },
      { mode },
    );
    const { port } = await server.listen();
    const answers = await Promise.all(Object.values(corpus).map((bytes) => sendRaw(port, bytes, 1500)));
    const obeyed = Object.keys(corpus).filter((_name, index) => !answers[index]?.statuses.every(isRefusal));
    assert.deepEqual(obeyed, []);
    const alive = await sendRaw(port, `GET / HTTP/1.1\r\n${host}Connection: close\r\n\r\n`);
    assert.match(alive.text, /root/);
    assert.deepEqual(
      logged.filter(({ level }) => level === "error"),
      [],
    );
  });
}

test("every refusal of the parser is a problem document", async (t) => {
  const { server } = await testSite(t, {});
  const { port } = await server.listen();
  const { text } = await sendRaw(port, "hello\r\n\r\n");
  assert.match(text, /^HTTP\/1\.1 400 Bad Request\r\nContent-Type: application\/problem\+json/);
  assert.match(text, /"code":"WD504"/);
});

test("a client that sends its headers by drops is cut off", async (t) => {
  const { server } = await testSite(t, {}, { timeouts: { headersMs: 200, requestMs: 400, checkMs: 50 } });
  const { port } = await server.listen();
  const { status } = await sendRaw(port, `GET / HTTP/1.1\r\n${host}X: `, 5000);
  assert.equal(status, 408);
});

test("a client that sends its body by drops is cut off", async (t) => {
  const { server } = await testSite(t, {}, { timeouts: { headersMs: 200, requestMs: 400, checkMs: 50 } });
  const { port } = await server.listen();
  const type = "Content-Type: application/x-www-form-urlencoded\r\n";
  const { text, status } = await sendRaw(port, `POST / HTTP/1.1\r\n${host}${type}Content-Length: 100\r\n\r\na`, 5000);
  assert.equal(status, 408, text);
});

test("a WebSocket at an unknown path is answered with 404, and closed", async (t) => {
  const { server } = await testSite(t, {}, { mode: "production" });
  const { port } = await server.listen();
  const key = "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  const upgrade = `GET /nowhere HTTP/1.1\r\n${host}Connection: Upgrade\r\nUpgrade: websocket\r\n${key}\r\n`;
  const { text } = await sendRaw(port, upgrade, 5000);
  assert.match(text, /^HTTP\/1\.1 404 Not Found\r\nConnection: close\r\n[^]*WD505 there is nothing at this address\n$/);
});
