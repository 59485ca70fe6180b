import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { connect } from "../../src/postgres/index.ts";
import { testProjectFolder } from "../support/folder.ts";
import { sign, testUrlGuestbook } from "../support/guestbook.ts";
import { howdahEnd, startHowdah } from "../support/running-howdah.ts";

for (const command of ["run", "serve"] as const) {
  test(`the guestbook on a Postgres that a url leads to, as a role without superuser: howdah ${command}`, async (t) => {
    const folder = await testProjectFolder(t);
    const { name, env, target } = await testUrlGuestbook(t, folder);
    if (command === "serve") await howdahEnd(folder, ["migrate"], env);
    await using howdah = await startHowdah(folder, { command, env });
    const posted = await sign(howdah.url, " Visitor ", "<i>by a form</i>");
    assert.deepEqual([posted.status, posted.headers.get("location")], [303, "/"]);
    const page = await (await fetch(howdah.url)).text();
    assert.match(page, /<p class="message">&lt;i&gt;by a form&lt;\/i&gt;<\/p>/);
    assert.match(page, /<strong>Visitor<\/strong>/);

    await using session = await connect(target);
    await session.execute(`set role ${name}_owner`);
    const facts = await session.query<Record<string, unknown>>({ text: roleFacts, values: [name, `${name}_anon`] });
    assert.deepEqual(facts, [{ superusers: "0", url_is_superuser: false, owner: `${name}_owner`, anon_reads: true }]);
    assert.equal(await howdah.stop(), 0);
  });
}

test("the guestbook by a url: what a form does is done as anon, and row security decides", async (t) => {
  const folder = await testProjectFolder(t);
  const { name, env, target } = await testUrlGuestbook(t, folder);
  const file = join(folder, "functions/entry.sql");
  const text = await readFile(file, "utf8");
  await writeFile(
    file,
    text
      .replace("with check (true)", "with check (author <> 'Mallory')")
      .replace("using (true)", "using (author <> 'Hidden')"),
  );
  await writeFile(join(folder, "pages/who.html"), "{{#each who}}{{role}} {{login}}{{/each}}");
  await writeFile(
    join(folder, "pages/who.query.sql"),
    "-- @name who\nselect current_user as role, session_user as login;",
  );
  await using howdah = await startHowdah(folder, { env });
  const who = await (await fetch(`${howdah.url}/who`)).text();
  assert.ok(who.startsWith(`${name}_anon ${name}_authenticator<`), who);
  assert.equal((await sign(howdah.url, "Ann", "may")).status, 303);
  await using owner = await connect(target);
  await owner.execute(`set role ${name}_owner; insert into public.entry (author, message) values ('Hidden', 'there')`);
  const refused = await sign(howdah.url, "Mallory", "may not");
  assert.ok(refused.status >= 400, String(refused.status));
  const page = await (await fetch(howdah.url)).text();
  assert.match(page, /<strong>Ann<\/strong>/);
  assert.doesNotMatch(page, /Mallory|Hidden/);
});

const roleFacts = `
  select
    (select count(*) from pg_roles where starts_with(rolname, $1) and (rolsuper or rolbypassrls))::text as superusers,
    (select rolsuper from pg_roles where rolname = session_user) as url_is_superuser,
    (select pg_get_userbyid(relowner)::text from pg_class where oid = to_regclass('public.entry')) as owner,
    has_table_privilege($2, 'public.entry', 'select') as anon_reads`;
