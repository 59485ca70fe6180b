import assert from "node:assert/strict";
import { test } from "node:test";
import { hostName, knownHosts } from "./hosts.ts";

const hosts = knownHosts("127.0.0.1", ["example.org", "https://app.example.org", "http://[2001:db8::1]:8080/"]);

for (const host of [
  "localhost",
  "LOCALHOST:8080",
  "localhost.",
  "app.localhost:1",
  "127.0.0.1",
  "127.255.3.4:80",
  "[::1]:8080",
  "example.org",
  "EXAMPLE.ORG:443",
  "app.example.org",
  "[2001:db8::1]",
]) {
  test(`${host} is answered`, () => assert.ok(hosts.servesHost(host, "127.0.0.1")));
}

for (const host of [
  undefined,
  "",
  "evil.example",
  "sub.example.org",
  "example.org.evil.example",
  "localhost.evil.example",
  "127.0.0.1.evil.example",
  "127.1",
  "2130706433",
  "0.0.0.0",
  "192.168.0.1",
  "localhost@evil.example",
  "evil.example#localhost",
  "localhost:80:80",
  "localhost:port",
  "[::1",
  "::1",
  "exam ple.org",
  "localhost,evil.example",
]) {
  test(`${JSON.stringify(host)} is not answered`, () => assert.ok(!hosts.servesHost(host, "127.0.0.1")));
}

test("an address that the connection came to is answered, also as IPv4 in IPv6", () => {
  const open = knownHosts("::", []);
  assert.ok(open.servesHost("192.168.0.7:8080", "::ffff:192.168.0.7"));
  assert.ok(open.servesHost("[2001:db8::2]:8080", "2001:db8::2"));
  assert.ok(!open.servesHost("192.168.0.8", "::ffff:192.168.0.7"));
  assert.ok(!open.servesHost("[::]", "2001:db8::2"));
});

test("a name that the server is bound to is answered", () => {
  assert.ok(knownHosts("app.internal", []).servesHost("app.internal:8080", "10.0.0.1"));
});

for (const [origin, host, served] of [
  ["http://localhost:8080", "localhost:8080", true],
  ["https://localhost:8080", "localhost:8080", true],
  ["http://localhost:8081", "localhost:8080", false],
  ["http://evil.example", "localhost:8080", false],
  ["null", "null", false],
  ["https://app.example.org", "localhost:8080", true],
  ["http://app.example.org", "localhost:8080", false],
  ["https://example.org", "localhost:8080", false],
  ["file://", "", false],
  ["localhost:8080", "localhost:8080", false],
] as const) {
  test(`the origin ${origin} at ${host} is ${served ? "ours" : "foreign"}`, () =>
    assert.equal(hosts.servesOrigin(origin, host), served));
}

test("a host's name is without port and final dot, lower case", () => {
  assert.equal(hostName("Example.ORG.:80"), "example.org");
  assert.equal(hostName("a/b"), undefined);
});
