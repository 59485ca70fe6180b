import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { testBrowser } from "../../../../test/support/browser.ts";
import { restServer } from "../../../../test/support/rest-server.ts";
import { settingsForTests } from "../../../../test/support/rest-settings.ts";

const openApi = { ...settingsForTests.openApi, isPublished: true };
const secret = "a secret of at least 32 characters";
const statements = `
  comment on schema public is 'A shop';
  create table public.task (id int primary key, title text not null, done boolean not null default false);
  comment on table public.task is 'What is to be done';
  insert into public.task values (1, 'shown by the page');
  create table public.vault (id int primary key);
  grant select on public.vault to $strong;
  create function public.add(a int, b int) returns int language sql immutable as 'select a + b';
`;

function tokenOf(role: string): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part({ role })}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

test("the page shows the API, tries it, and shows what a token's role sees", async (t) => {
  const browser = await testBrowser(t);
  if (browser === undefined) return;
  const settings = { openApi, jwt: { ...settingsForTests.jwt, secret } };
  const { url, admin, roles } = await restServer(t, statements, { settings });
  await admin.execute(`revoke all on public.vault from ${roles.anon}`);
  const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
  const complaints: string[] = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.goto(`${url}/openapi.html`);
  await page.locator("#operations-task-get-task").click();
  assert.equal(await page.title(), "A shop");
  await page.locator("#operations-task-get-task .execute").click();
  await page.locator(".responses-table.live-responses-table", { hasText: "shown by the page" }).waitFor();
  assert.equal(await page.locator("#operations-vault-get-vault").count(), 0);
  await page.locator("#token").fill(tokenOf(roles.strong));
  await page.locator("#bar button").click();
  await page.locator("#operations-vault-get-vault").waitFor();
  await page.locator("#token").fill("not.a.token");
  await page.locator("#bar button").click();
  await page.locator("#failure", { hasText: "401" }).waitFor();
  // The refused token is the only one that may be told of; a breach of the page's policy would be too.
  assert.deepEqual(
    complaints.filter((text) => !text.includes("401")),
    [],
  );
  assert.deepEqual(
    asked.filter((each) => !each.startsWith(url) && !each.startsWith("data:")),
    [],
  );
});

test("the page runs nothing but its own scripts, and is compressed and cached", async (t) => {
  const { url } = await restServer(t, "", { settings: { openApi } });
  const page = await fetch(`${url}/openapi.html`);
  assert.equal(page.status, 200);
  const policy = page.headers.get("content-security-policy") ?? "";
  assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self'/);
  assert.doesNotMatch(policy, /unsafe/);
  const script = await fetch(`${url}/openapi/swagger-ui-bundle.js`, { headers: { "accept-encoding": "br" } });
  assert.equal(script.status, 404, "the address is ours, not the package's");
  const ours = await fetch(`${url}/openapi/swagger-ui.js`, { method: "HEAD", headers: { "accept-encoding": "br" } });
  assert.equal(ours.headers.get("content-encoding"), "br");
  assert.ok(Number(ours.headers.get("content-length")) < 500_000);
});
