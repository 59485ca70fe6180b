import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import type { TestContext } from "node:test";
import { TLSSocket } from "node:tls";
import type { Target } from "../../src/postgres/index.ts";

/** Self-signed, for the name localhost alone, and made for these tests only: it guards nothing. */
export const testCertificate = `-----BEGIN CERTIFICATE-----
MIIBlTCCATugAwIBAgIUIS/IlDSrUjaaE8QKbdWLN/+ANEgwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMDE0MzIzMloYDzIxMjYxMDI3
MTQzMjMyWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAT4vMUy88e34QyoYnrJVgt9NlmFLOcXQk8zsufsWqrBr3xvP+M9Cl5u
1zBLySsSLcj+JoulpBnWUjPmLJ4nEmm0o2kwZzAdBgNVHQ4EFgQU7kAnFRnpG5Bb
9yzqZHDIEE4R+q4wHwYDVR0jBBgwFoAU7kAnFRnpG5Bb9yzqZHDIEE4R+q4wDwYD
VR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglsb2NhbGhvc3QwCgYIKoZIzj0EAwID
SAAwRQIgYN7NOs/E1IyAJZL2jcorgoqiGyXNmf93LIESYzrsRP4CIQDz5Zu++t6X
/UqRpA2kxLjgJKhOYQ8b3e9q6LG0d/UDYA==
-----END CERTIFICATE-----
`;

const testKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg0QQDHHItQFr2aptH
jJ0xpofa4PFXcea6fcIEcfFLbR2hRANCAAT4vMUy88e34QyoYnrJVgt9NlmFLOcX
Qk8zsufsWqrBr3xvP+M9Cl5u1zBLySsSLcj+JoulpBnWUjPmLJ4nEmm0
-----END PRIVATE KEY-----
`;

const sslRequest = 80_877_103;

/** The same Postgres behind TLS; `plain` counts connections whose first message was not a request for TLS. */
export interface TlsProxy {
  readonly target: Target;
  readonly plain: () => number;
}

/** A proxy that speaks TLS as Postgres does: an SSLRequest, the answer S, a handshake. */
export async function testTlsProxy(t: TestContext, upstream: Target): Promise<TlsProxy> {
  const sockets = new Set<Socket>();
  let plain = 0;
  const server = createServer((client) => {
    client.once("data", (first: Buffer) => {
      if (first.length !== 8 || first.readUInt32BE(4) !== sslRequest) {
        plain++;
        client.destroy();
        return;
      }
      client.write("S");
      const secure = new TLSSocket(client, { isServer: true, cert: testCertificate, key: testKey });
      const backend = connect(upstream.port, upstream.host);
      for (const socket of [client, secure, backend]) sockets.add(socket.on("error", () => {}));
      secure.pipe(backend).pipe(secure);
      secure.on("close", () => backend.destroy());
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const { port } = server.address() as AddressInfo;
  return { target: { ...upstream, host: "127.0.0.1", port }, plain: () => plain };
}
