import assert from "node:assert/strict";
import { userInfo } from "node:os";
import { test } from "node:test";
import { AppError } from "../errors/index.ts";
import type { Target } from "./target.ts";
import { formatUrl, parseUrl, targetEnv } from "./url.ts";

const remote = { host: "db.example.org", port: 5432, database: "app", user: "ann", ssl: "verify-full" } as const;

const urls: readonly (readonly [string, Target])[] = [
  ["postgres://ann@db.example.org/app", remote],
  ["postgresql://ann@db.example.org/app", remote],
  ["postgres://ann:s%40crét@db.example.org:6432/app", { ...remote, port: 6432, password: "s@crét" }],
  ["postgres://ann:a@b@db.example.org/app", { ...remote, password: "a@b" }],
  ["postgres://ann:a:b#c@db.example.org/app", { ...remote, password: "a:b#c" }],
  ["postgres://ann:@db.example.org/app", { ...remote, password: "" }],
  ["postgres://ann@db.example.org", { ...remote, database: "ann" }],
  ["postgres://db.example.org/app?user=ann&port=6432", { ...remote, port: 6432 }],
  ["postgres://ann@db.example.org/app?sslmode=require", { ...remote, ssl: "require" }],
  ["postgres://ann@db.example.org/app?sslmode=disable", { ...remote, ssl: "disable" }],
  ["postgres://ann@db.example.org/app?sslrootcert=%2Fetc%2Fca.pem", { ...remote, sslRootCert: "/etc/ca.pem" }],
  ["postgres://ann@db.example.org/app?sslrootcert=system", remote],
  ["postgres://ann@db.example.org/app?channel_binding=require", { ...remote, channelBinding: "require" }],
  ["postgres://ann@[::1]:6432/app", { ...remote, host: "::1", port: 6432, ssl: "disable" }],
  ["postgres://ann@[2001:db8::7]/app", { ...remote, host: "2001:db8::7" }],
  ["postgres://ann@127.0.0.1/app", { ...remote, host: "127.0.0.1", ssl: "disable" }],
  ["postgres://ann@localhost/app", { ...remote, host: "localhost", ssl: "disable" }],
  ["postgres://ann@127.0.0.1/app?sslmode=verify-full", { ...remote, host: "127.0.0.1" }],
  ["postgres://ann@/app?host=/run/postgresql", { ...remote, host: "/run/postgresql", ssl: "disable" }],
  ["postgres://ann@%2Frun%2Fpostgresql/app", { ...remote, host: "/run/postgresql", ssl: "disable" }],
  ["postgres:///app", { ...remote, host: "localhost", user: userInfo().username, ssl: "disable" }],
  ["postgres://ann@db.example.org/%D0%B1%2F%3F", { ...remote, database: "б/?" }],
];

for (const [url, target] of urls) {
  test(`${url} is read as libpq reads it`, () => assert.deepEqual(parseUrl(url), target));
}

const secret = "hunter2";
const refused: readonly (readonly [string, RegExp])[] = [
  [`mysql://ann:${secret}@host/app`, /form postgres:/],
  [`ann:${secret}@host/app`, /form postgres:/],
  [`postgres://ann:${secret}/x@host/app`, /@ stands after the first \//],
  [`postgres://ann:x/${secret}@host/app`, /@ stands after the first \//],
  [`postgres://ann:%zz${secret}@host/app`, /the password has a %/],
  [`postgres://ann:${secret}%00@host/app`, /the password holds a NUL/],
  [`postgres://ann:${secret}@host:0/app`, /the port/],
  [`postgres://ann:${secret}@host:65536/app`, /the port/],
  [`postgres://ann:${secret}@host:5432x/app`, /the port/],
  [`postgres://ann:${secret}@::1/app`, /the port|the host/],
  [`postgres://ann:${secret}@a,b/app`, /several hosts/],
  [`postgres://ann:${secret}@host/app?sslmode=prefer`, /sslmode "prefer"/],
  [`postgres://ann:${secret}@host/app?channel_binding=maybe`, /channel_binding "maybe"/],
  [`postgres://ann:${secret}@host/app?pgbouncer=true`, /parameter "pgbouncer" is unknown/],
];

for (const [url, detail] of refused) {
  test(`${url} is refused without showing its password`, () => {
    assert.throws(
      () => parseUrl(url),
      (error) => {
        assert.ok(error instanceof AppError);
        assert.equal(error.code, "WD204");
        assert.match(error.detail ?? "", detail);
        assert.doesNotMatch(`${error.message} ${error.detail} ${error.hint} ${String(error.cause)}`, /hunter2/);
        return true;
      },
    );
  });
}

test("a target survives being written and read", () => {
  for (const [, target] of urls) assert.deepEqual(parseUrl(formatUrl(target, { password: "shown" })), target);
});

test("a hidden password is not in the URL, an absent one leaves no trace", () => {
  const target = { ...remote, password: secret };
  assert.equal(formatUrl(target, { password: "hidden" }), "postgres://ann:***@db.example.org:5432/app");
  assert.equal(formatUrl(remote, { password: "hidden" }), "postgres://ann@db.example.org:5432/app");
});

test("libpq's programs get the whole target through their environment", () => {
  assert.deepEqual(targetEnv({ ...remote, password: secret, channelBinding: "require" }), {
    PGHOST: "db.example.org",
    PGPORT: "5432",
    PGDATABASE: "app",
    PGUSER: "ann",
    PGPASSWORD: secret,
    PGSSLMODE: "verify-full",
    PGSSLROOTCERT: "system",
    PGCHANNELBINDING: "require",
  });
  const local = targetEnv({ ...remote, host: "/tmp", ssl: undefined });
  assert.deepEqual(local, { PGHOST: "/tmp", PGPORT: "5432", PGDATABASE: "app", PGUSER: "ann", PGSSLMODE: "disable" });
});
