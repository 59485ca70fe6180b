import assert from "node:assert/strict";
import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { until } from "../../test/support/until.ts";
import { AppError } from "../errors/index.ts";
import { createAuthenticator, newTokenCounts, Refusal, type Identity, type IdentitySettings } from "./index.ts";

const secret = "a-secret-of-at-least-32-characters!";
const settings: IdentitySettings = {
  secret,
  secretIsBase64: false,
  audience: null,
  roleClaimKey: ".role",
  anonRole: "anon",
  cacheMaxEntries: 2,
};

function token(claims: unknown): string {
  const text = `${Buffer.from('{"alg":"HS256"}').toString("base64url")}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}`;
  return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
}

function ask(claims: unknown, given: Partial<IdentitySettings> = {}): Identity {
  const identity = createAuthenticator({ ...settings, ...given }).authenticate(`Bearer ${token(claims)}`);
  assert.ok(!(identity instanceof Promise));
  return identity;
}

test("without a token, or with one that names no role, the anonymous role is taken", () => {
  const authenticator = createAuthenticator(settings);
  assert.deepEqual(authenticator.authenticate(undefined), { role: "anon", claims: {} });
  assert.deepEqual(authenticator.authenticate("Basic YTpi"), { role: "anon", claims: {} });
  assert.deepEqual(ask({ sub: "1" }), { role: "anon", claims: { sub: "1" } });
});

test("where nobody may be anonymous, a token with a role is required", () => {
  const expected = { name: "Refusal", reason: "tokenRequired", message: "Anonymous access is disabled" };
  assert.throws(() => createAuthenticator({ ...settings, anonRole: null }).authenticate(undefined), expected);
  assert.throws(() => ask({ sub: "1" }, { anonRole: null }), expected);
});

test("a token is refused where there is no key, an empty one where there is", () => {
  const noKeys = createAuthenticator({ ...settings, secret: null });
  assert.throws(() => noKeys.authenticate("Bearer x"), { reason: "noKeys", message: "Server lacks JWT secret" });
  const empty = { reason: "undecodable", message: "Empty JWT is sent in Authorization header" };
  assert.throws(() => createAuthenticator(settings).authenticate("Bearer"), empty);
  assert.throws(() => createAuthenticator(settings).authenticate("Bearer "), empty);
});

test("refusals are told in PostgREST's words", () => {
  const messages: readonly (readonly [string, string, string, string | null])[] = [
    ["a.b", "undecodable", "Expected 3 parts in JWT; got 2", null],
    ["a.b.c.d", "undecodable", "Expected 3 parts in JWT; got 4", null],
    [
      `${token({}).slice(0, -4)}AAAA`,
      "undecodable",
      "No suitable key or wrong key type",
      "None of the keys was able to decode the JWT",
    ],
    [token({ exp: 1 }), "claims", "JWT expired", null],
    [token({ nbf: 9e9 }), "claims", "JWT not yet valid", null],
    [token({ iat: 9e9 }), "claims", "JWT issued at future", null],
    [token({ aud: 1 }), "claims", "The JWT 'aud' claim must be a string or an array of strings", null],
    [token({ exp: "x" }), "claims", "The JWT 'exp' claim must be a number", null],
    [token([]), "claims", "Parsing claims failed", null],
    [token({ aud: "y" }), "claims", "JWT not in audience", null],
  ];
  for (const [text, reason, message, details] of messages) {
    const authenticator = createAuthenticator({ ...settings, audience: "x" });
    assert.throws(() => authenticator.authenticate(`Bearer ${text}`), { reason, message, details });
  }
});

test("a role is found where the path says, in both of its forms", () => {
  const claims = { role: "a", "https://x/role": { key: "b" }, app: { roles: ["one", "two", "three"] }, n: 7 };
  const paths: readonly (readonly [string, string])[] = [
    ["$.role", "a"],
    [".role", "a"],
    [`."https://x/role".key`, "b"],
    [`$['https://x/role'].key`, "b"],
    [`$["app"]["roles"][1]`, "two"],
    ["$.app.roles[-1]", "three"],
    ["$.app.roles[*]", "one"],
    ["$.app.*[2]", "three"],
    [".app.roles[1]", "two"],
    ['.app.roles[?(@ == "two")]', "two"],
    ['$.app.roles[?@ == "three"]', "three"],
    ["$.app.roles[?(@ != 'one')]", "two"],
    ['.app.roles[?(@ ^== "th")]', "three"],
    ['.app.roles[?(@ ==^ "wo")]', "two"],
    ['.app.roles[?(@ *== "hre")]', "three"],
    ["$.n", "7"],
    ["$.missing", "anon"],
    ["$.role.deeper", "anon"],
    ["$.app.roles[9]", "anon"],
    ["$.__proto__", "anon"],
    ["$.constructor.name", "anon"],
  ];
  for (const [roleClaimKey, role] of paths) assert.equal(ask(claims, { roleClaimKey }).role, role, roleClaimKey);
});

test("settings that can't be used are refused at the start", () => {
  const code = (given: Partial<IdentitySettings>): string => {
    try {
      createAuthenticator({ ...settings, ...given });
    } catch (error) {
      if (error instanceof AppError) return error.code;
    }
    return "accepted";
  };
  assert.equal(code({ secret: "short" }), "WD620");
  assert.equal(code({ secret: "not base64, though it has 32 characters", secretIsBase64: true }), "WD620");
  assert.equal(code({ secret: Buffer.from("short").toString("base64"), secretIsBase64: true }), "WD620");
  assert.equal(code({ secret: '{"kty":"EC","crv":"P-256"}' }), "WD620");
  assert.equal(code({ secret: '{"kty":"oct","k":""}' }), "WD620");
  assert.equal(code({ secret: '{"kty":"RSA","use":"enc","n":"AQAB","e":"AQAB"}' }), "WD620");
  for (const roleClaimKey of ["role", "", "$role", ".a[", "$.a[?(@ > 1)]", ".a..b"]) {
    assert.equal(code({ roleClaimKey }), "WD621", roleClaimKey);
  }
});

test("a remembered token expires all the same", () => {
  let now = 1000_000;
  const authenticator = createAuthenticator(settings, () => now);
  const header = `Bearer ${token({ role: "r", exp: 1010 })}`;
  const first = authenticator.authenticate(header) as Identity;
  assert.equal(first.claims, (authenticator.authenticate(header) as Identity).claims);
  now = 1040_000;
  assert.equal((authenticator.authenticate(header) as Identity).role, "r");
  now = 1041_000;
  assert.throws(() => authenticator.authenticate(header), { message: "JWT expired" });
});

test("no more tokens are remembered than the settings say, and those in use stay", () => {
  const authenticator = createAuthenticator(settings);
  const claimsOf = (role: string): unknown =>
    (authenticator.authenticate(`Bearer ${token({ role })}`) as Identity).claims;
  const kept = claimsOf("often");
  assert.equal(claimsOf("often"), kept);
  const once = claimsOf("once");
  for (let round = 0; round < 50; round++) {
    claimsOf(`burst ${round}`);
    assert.equal(claimsOf("often"), kept);
  }
  assert.notEqual(claimsOf("once"), once);
});

test("tokens that are remembered are counted", () => {
  const counts = newTokenCounts();
  const authenticator = createAuthenticator({ ...settings, cacheMaxEntries: 1 }, undefined, counts);
  for (const role of ["a", "a", "b"]) void authenticator.authenticate(`Bearer ${token({ role })}`);
  void authenticator.authenticate(undefined);
  assert.deepEqual(counts, { requests: 3, hits: 1, evictions: 1 });
});

test("keys behind an address are read once, again for a new one, and those that are withdrawn are noticed", async (t) => {
  const keys = new Map([["first", generateKeyPairSync("ed25519")]]);
  const signers = new Map(keys);
  let reads = 0;
  const server = createServer((_request, response) => {
    reads += 1;
    const jwks = [...keys].map(([kid, { publicKey }]) => ({ ...publicKey.export({ format: "jwk" }), kid }));
    response.end(JSON.stringify({ keys: jwks }));
  });
  t.after(() => server.close());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  let now = 1_000_000_000;
  const remote = { ...settings, secret: `http://127.0.0.1:${port}/keys` };
  const authenticator = createAuthenticator(remote, () => now);
  const ask = async (kid: string): Promise<string> => {
    const part = (text: string): string => Buffer.from(text).toString("base64url");
    const text = `${part(JSON.stringify({ alg: "EdDSA", kid }))}.${part(`{"role":"${kid}"}`)}`;
    const key = signers.get(kid)?.privateKey ?? generateKeyPairSync("ed25519").privateKey;
    return (
      await authenticator.authenticate(`Bearer ${text}.${sign(null, Buffer.from(text), key).toString("base64url")}`)
    ).role;
  };
  assert.deepEqual([await Promise.all([ask("first"), ask("first")]), reads], [["first", "first"], 1]);
  await assert.rejects(ask("unknown"), Refusal);
  assert.equal(reads, 1, "an unknown key does not make us ask again at once");
  const second = generateKeyPairSync("ed25519");
  signers.set("second", second);
  keys.set("second", second);
  now += 11_000;
  assert.deepEqual([await ask("second"), reads], ["second", 2]);
  keys.delete("first");
  now += 11 * 60_000;
  assert.equal(await ask("first"), "first", "the last answer of the old keys, which are read anew behind it");
  await until(
    "the withdrawn key is noticed",
    async () =>
      await ask("first").then(
        () => false,
        () => true,
      ),
  );
  assert.equal(reads, 3);
});

test("an address that can't be read is an error of its own, not a refusal", async () => {
  const authenticator = createAuthenticator({ ...settings, secret: "http://127.0.0.1:1/keys" });
  await assert.rejects(async () => await authenticator.authenticate("Bearer a.b.c"), { code: "WD622" });
});

test("an address that fails is not asked by each token, and is asked again after a while", async (t) => {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    response.writeHead(500).end();
  });
  t.after(() => server.close());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  let now = 1_000_000_000;
  const authenticator = createAuthenticator({ ...settings, secret: `http://127.0.0.1:${port}/keys` }, () => now);
  const ask = async (): Promise<void> =>
    await assert.rejects(async () => await authenticator.authenticate("Bearer a.b.c"), { code: "WD622" });
  await ask();
  await ask();
  assert.equal(asked, 1);
  now += 1000;
  await ask();
  await ask();
  assert.equal(asked, 2);
  now += 1000;
  await ask();
  assert.equal(asked, 2, "it waits twice as long after the second failure");
  now += 1000;
  await ask();
  assert.equal(asked, 3);
});
