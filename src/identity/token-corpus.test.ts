import assert from "node:assert/strict";
import { createHmac, createPrivateKey, generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { test } from "node:test";
import { createAuthenticator, Refusal, type IdentitySettings } from "./index.ts";

const now = 1_800_000_000;
const secret = "a-secret-of-at-least-32-characters!";
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const ed = generateKeyPairSync("ed25519");

const settings: IdentitySettings = {
  secret,
  secretIsBase64: false,
  audience: "here",
  roleClaimKey: "$.role",
  anonRole: "anon",
  cacheMaxEntries: 10,
};

const set = JSON.stringify({
  keys: [
    { ...rsa.publicKey.export({ format: "jwk" }), kid: "rsa", alg: "RS256", use: "sig" },
    { ...ec.publicKey.export({ format: "jwk" }), kid: "ec", use: "sig" },
    { ...ed.publicKey.export({ format: "jwk" }), kid: "ed" },
    { kty: "oct", k: Buffer.from("only for encryption, never to sign with").toString("base64url"), use: "enc" },
  ],
});

type Part = Readonly<Record<string, unknown>> | string;

function part(value: Part): string {
  return Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
}

function hmac(header: Part, claims: Part, key: string | Buffer = secret, hash = "sha256"): string {
  const text = `${part(header)}.${part(claims)}`;
  return `${text}.${createHmac(hash, key).update(text).digest("base64url")}`;
}

function signed(header: Part, claims: Part, key: KeyObject, hash: string | null = "sha256"): string {
  const text = `${part(header)}.${part(claims)}`;
  const options = key.asymmetricKeyType === "ec" ? { key, dsaEncoding: "ieee-p1363" as const } : { key };
  return `${text}.${sign(hash, Buffer.from(text), options).toString("base64url")}`;
}

const header = { alg: "HS256", typ: "JWT" };
const claims = { role: "user", aud: "here", exp: now + 60 };
const good = hmac(header, claims);
const [goodHeader = "", goodClaims = "", goodSignature = ""] = good.split(".");
const attacker = generateKeyPairSync("rsa", { modulusLength: 2048 });
const rsaPem = rsa.publicKey.export({ type: "spki", format: "pem" });

/** Tokens for a server that holds the secret alone. */
const withSecret: readonly string[] = [
  "",
  ".",
  "..",
  "...",
  "a.b.c",
  "null",
  good.slice(0, -1),
  good.slice(0, -10),
  `${good}.`,
  `${good}.${goodSignature}`,
  `.${good}`,
  `${goodHeader}.${goodClaims}`,
  `${goodHeader}.${goodClaims}.`,
  `${goodHeader}..${goodSignature}`,
  `.${goodClaims}.${goodSignature}`,
  `${goodHeader}.${goodClaims}.${goodSignature.slice(1)}`,
  `${goodHeader}.${goodClaims}.${goodSignature}=`,
  `${goodHeader}.${goodClaims}.${goodSignature}==`,
  `${goodHeader}=.${goodClaims}.${goodSignature}`,
  `${goodHeader}.${goodClaims} .${goodSignature}`,
  `${goodHeader}.${goodClaims}\n.${goodSignature}`,
  `${goodHeader}.${goodClaims}.${goodSignature.replace(/.$/, (last) => String.fromCharCode(last.charCodeAt(0) ^ 1))}`,
  `${goodHeader}.${goodClaims}.${Buffer.alloc(32).toString("base64url")}`,
  `${goodHeader}.${goodClaims}.${Buffer.from(goodSignature, "base64url").toString("base64")}x`,
  `${goodHeader}.${part({ ...claims, role: "admin" })}.${goodSignature}`,
  `${part({ alg: "HS512", typ: "JWT" })}.${goodClaims}.${goodSignature}`,
  // Nothing signed them.
  ...["none", "None", "NONE", "nOnE", "", " HS256", "hs256", "HS1", "HS256 ", null, 0, true, [], {}, ["HS256"]].flatMap(
    (alg) => [
      `${part({ alg })}.${goodClaims}.`,
      `${part({ alg })}.${goodClaims}.${goodSignature}`,
      hmac({ alg }, claims),
    ],
  ),
  // Other algorithms than the secret is for.
  hmac({ alg: "HS384" }, claims, secret, "sha384"),
  hmac({ alg: "HS512" }, claims, secret, "sha512"),
  hmac({ alg: "RS256" }, claims),
  hmac({ alg: "ES256" }, claims),
  hmac({ alg: "PS256" }, claims),
  signed({ alg: "RS256" }, claims, attacker.privateKey),
  // Other secrets.
  hmac(header, claims, ""),
  hmac(header, claims, "secret"),
  hmac(header, claims, secret.slice(0, -1)),
  hmac(header, claims, `${secret}\n`),
  hmac(header, claims, Buffer.from(secret, "base64")),
  hmac(header, claims, Buffer.alloc(64)),
  // Headers that bring their own key, or ask to have it fetched.
  ...[
    { jwk: attacker.publicKey.export({ format: "jwk" }) },
    { jku: "http://127.0.0.1:1/keys" },
    { x5u: "http://127.0.0.1:1/cert" },
    { x5c: ["AAAA"] },
  ].map((extra) => signed({ alg: "RS256", ...extra }, claims, attacker.privateKey)),
  hmac({ alg: "HS256", jwk: { kty: "oct", k: part("mine") } }, claims, "mine"),
  // Key ids: files, SQL, nothing, other types.
  ...["../../dev/null", "/dev/null", "' or 1=1 --", "a\u0000b", "", "unknown", 1, {}, [], true].map((kid) =>
    hmac({ ...header, kid }, claims),
  ),
  hmac({ ...header, kid: "../../../dev/null" }, claims, ""),
  // What we don't understand must be understood.
  hmac({ ...header, crit: ["exp"] }, claims),
  hmac({ ...header, crit: [] }, claims),
  hmac({ ...header, crit: ["b64"], b64: false }, claims),
  // Names twice: another reader could take the other one.
  hmac('{"alg":"HS256","alg":"none"}', claims),
  hmac('{"alg":"none","alg":"HS256"}', claims),
  hmac(header, '{"role":"user","role":"admin","aud":"here"}'),
  hmac(header, '{"role":"user","r\\u006fle":"admin","aud":"here"}'),
  hmac(header, `{"exp":1,"exp":${now + 60},"aud":"here"}`),
  // Not JSON, or not an object.
  ...["", "null", "1", '"text"', "[]", "{", '{"role":}', "{'role':'x'}", '{"role":"x"}}', "\u0000"].flatMap((text) => [
    hmac(header, text),
    hmac(text, claims),
  ]),
  // Not here, not now.
  ...[
    { exp: now - 31 },
    { exp: 0 },
    { exp: -1 },
    { exp: 1.5 },
    { exp: 1e300 },
    { exp: String(now + 60) },
    { exp: true },
    { exp: [] },
    { exp: {} },
    { nbf: now + 31 },
    { nbf: "1" },
    { nbf: {} },
    { iat: now + 31 },
    { iat: "1" },
    { iat: false },
    { aud: "there" },
    { aud: "HERE" },
    { aud: "" },
    { aud: ["there", "elsewhere"] },
    { aud: [1] },
    { aud: ["here", 1] },
    { aud: 1 },
    { aud: {} },
    { aud: [["here"]] },
  ].map((wrong) => hmac(header, { ...claims, ...wrong })),
  // Longer than any token.
  hmac(header, { ...claims, fill: "x".repeat(100_000) }),
  "a".repeat(1_000_000),
  `${"a.".repeat(100_000)}a`,
  // Five parts are an encrypted token.
  `${part({ alg: "dir", enc: "A128GCM" })}..${part("iv")}.${part("text")}.${part("tag")}`,
];

/** Tokens for a server that holds public keys. */
const withSet: readonly string[] = [
  // The public key as a secret: whoever knows it could sign.
  ...["rsa", "ec", "ed", undefined].flatMap((kid) => [
    hmac({ alg: "HS256", kid }, claims, rsaPem),
    hmac({ alg: "HS256", kid }, claims, rsa.publicKey.export({ type: "spki", format: "der" })),
    hmac({ alg: "HS256", kid }, claims, JSON.stringify(rsa.publicKey.export({ format: "jwk" }))),
    hmac({ alg: "HS256", kid }, claims, String(rsa.publicKey.export({ format: "jwk" }).n)),
    hmac({ alg: "HS256", kid }, claims, ""),
  ]),
  hmac({ alg: "HS256" }, claims, "only for encryption, never to sign with"),
  // A good signature under another name.
  signed({ alg: "RS256", kid: "ec" }, claims, rsa.privateKey),
  signed({ alg: "RS256", kid: "unknown" }, claims, rsa.privateKey),
  signed({ alg: "RS512", kid: "rsa" }, claims, rsa.privateKey, "sha512"),
  signed({ alg: "RS256", kid: "rsa" }, claims, attacker.privateKey),
  signed({ alg: "ES256", kid: "rsa" }, claims, ec.privateKey),
  signed({ alg: "ES384", kid: "ec" }, claims, ec.privateKey, "sha384"),
  signed({ alg: "EdDSA", kid: "ec" }, claims, ed.privateKey, null),
  signed({ alg: "PS256", kid: "rsa" }, claims, rsa.privateKey),
  signed({ alg: "ES256K", kid: "ec" }, claims, ec.privateKey),
  // Signatures of zeros, of the order of the curve, in another encoding, too short and too long.
  ...[0, 1, 32, 63, 64, 65, 128, 256].flatMap((length) => [
    ...["ES256", "RS256", "EdDSA"].map(
      (alg) => `${part({ alg })}.${part(claims)}.${Buffer.alloc(length).toString("base64url")}`,
    ),
    ...["ES256", "RS256", "EdDSA"].map(
      (alg) => `${part({ alg })}.${part(claims)}.${Buffer.alloc(length, 255).toString("base64url")}`,
    ),
  ]),
  (() => {
    const text = `${part({ alg: "ES256" })}.${part(claims)}`;
    return `${text}.${sign("sha256", Buffer.from(text), ec.privateKey).toString("base64url")}`;
  })(),
  ...withSecret,
];

function refusalOf(token: string, given: IdentitySettings): string {
  const authenticator = createAuthenticator(given, () => now * 1000);
  // Twice: what is refused must not be remembered as good.
  for (let round = 0; round < 2; round++) {
    try {
      const identity = authenticator.authenticate(`Bearer ${token}`);
      assert.fail(`accepted as ${JSON.stringify(identity)}: ${token.slice(0, 300)}`);
    } catch (error) {
      assert.ok(error instanceof Refusal, `${String(error)}: ${token.slice(0, 300)}`);
      if (round === 1) return error.message;
    }
  }
  return "";
}

test(`${withSecret.length + withSet.length} bad tokens are refused to the last one`, (t) => {
  for (const token of withSecret) refusalOf(token, settings);
  for (const token of withSet) refusalOf(token, { ...settings, secret: set });
  t.diagnostic(`${withSecret.length + withSet.length} tokens refused`);
});

test("each single bit of a good token counts", () => {
  for (let at = 0; at < good.length; at++) {
    for (const bit of [1, 2, 4, 8, 16, 32]) {
      const changed = String.fromCharCode(good.charCodeAt(at) ^ bit);
      refusalOf(good.slice(0, at) + changed + good.slice(at + 1), settings);
    }
  }
});

test("good tokens of every kind are accepted", () => {
  const accept = (token: string, given: IdentitySettings): string => {
    const identity = createAuthenticator(given, () => now * 1000).authenticate(`bearer  ${token}`);
    assert.ok(!(identity instanceof Promise));
    return identity.role;
  };
  assert.equal(accept(good, settings), "user");
  const keys = { ...settings, secret: set };
  assert.equal(accept(signed({ alg: "RS256", kid: "rsa" }, claims, rsa.privateKey), keys), "user");
  assert.equal(accept(signed({ alg: "RS256" }, claims, rsa.privateKey), keys), "user");
  assert.equal(accept(signed({ alg: "ES256", kid: "ec" }, claims, ec.privateKey), keys), "user");
  assert.equal(accept(signed({ alg: "EdDSA", kid: "ed" }, claims, ed.privateKey, null), keys), "user");
  const whole = JSON.stringify(rsa.privateKey.export({ format: "jwk" }));
  assert.equal(
    accept(signed({ alg: "RS384" }, claims, rsa.privateKey, "sha384"), { ...settings, secret: whole }),
    "user",
  );
  assert.ok(createPrivateKey({ key: rsa.privateKey.export({ format: "jwk" }), format: "jwk" }));
  for (const hash of ["256", "384", "512"]) {
    const oct = JSON.stringify({ kty: "oct", k: Buffer.from(secret).toString("base64url") });
    assert.equal(
      accept(hmac({ alg: `HS${hash}` }, claims, secret, `sha${hash}`), { ...settings, secret: oct }),
      "user",
    );
  }
  const base64 = { ...settings, secret: Buffer.from(secret).toString("base64"), secretIsBase64: true };
  assert.equal(accept(good, base64), "user");
  assert.equal(accept(good, { ...base64, secret: Buffer.from(secret).toString("base64url") }), "user");
});
