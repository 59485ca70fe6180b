import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { restServer } from "../../../../test/support/rest-server.ts";
import { nothingBeyond, type RoleLimits } from "../settings.ts";

const secret = "a secret of at least thirty-two characters";
const hour: RoleLimits = { requests: null, windowMs: 3_600_000, per: "subject", maxRows: null };

function bearer(claims: Readonly<Record<string, unknown>>): { readonly authorization: string } {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
  return { authorization: `Bearer ${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}` };
}

const rows = `create table public.n (id int primary key);
  insert into public.n select * from generate_series(1, 10);
  grant usage on schema public to $strong; grant select on public.n to $strong`;

const jwt = { secret, secretIsBase64: false, audience: null, roleClaimKey: ".role", cacheMaxEntries: 10 };

test("requests above a role's limit are answered with 429 and when to come back", async (t) => {
  const { url, roles } = await restServer(t, rows, {
    settings: ({ anon, strong }) => ({
      jwt,
      beyond: {
        ...nothingBeyond,
        limits: { [anon]: { ...hour, requests: 2 }, [strong]: { ...hour, requests: 1 } },
      },
    }),
  });
  const ask = async (headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
    fetch(`${url}/n?limit=1`, { headers });
  assert.deepEqual([(await ask()).status, (await ask()).status], [200, 200]);
  const refused = await ask();
  assert.equal(refused.status, 429);
  assert.equal(refused.headers.get("retry-after"), "1800");
  assert.deepEqual(await refused.json(), {
    code: "WD678",
    details: "the next one is let through in 1800 s",
    hint: null,
    message: "too many requests",
  });
  // Whoever has a token is counted by its subject, whatever strangers do.
  const [ann, bob] = ["ann", "bob"].map((sub) => bearer({ role: roles.strong, sub }));
  const statuses = [];
  for (const who of [ann, bob, ann, bob]) statuses.push((await ask(who)).status);
  assert.deepEqual(statuses, [200, 200, 429, 429]);
});

test("a role has its own most rows, where they are fewer", async (t) => {
  const { url, roles } = await restServer(t, rows, {
    settings: ({ anon, strong }) => ({
      jwt,
      maxRows: 8,
      beyond: {
        ...nothingBeyond,
        limits: { [anon]: { ...hour, maxRows: 3 }, [strong]: { ...hour, maxRows: 9 } },
      },
    }),
  });
  const count = async (headers: Readonly<Record<string, string>> = {}): Promise<number> =>
    ((await (await fetch(`${url}/n`, { headers })).json()) as readonly unknown[]).length;
  for (let turn = 0; turn < 2; turn++) {
    assert.deepEqual([await count(), await count(bearer({ role: roles.strong }))], [3, 8]);
  }
});

test("what a statement may cost is its role's statement_timeout", async (t) => {
  const { url } = await restServer(
    t,
    `create function public.slow() returns int language sql volatile as 'select 1 from pg_sleep(20)';
     alter role $anon set statement_timeout = '50ms'`,
  );
  const answer = await fetch(`${url}/rpc/slow`, { method: "POST" });
  assert.equal(((await answer.json()) as { code: string }).code, "57014");
});
