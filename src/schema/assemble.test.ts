import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { said, testAssembly } from "../../test/support/assembly.ts";

const guestbook = [
  "migrations/1_create_entry.sql",
  "functions/entry.sql",
  "functions/recent_entry.sql",
  "seeds/1_first_entries.sql",
];

test("the guestbook is assembled, and a second time nothing is left to do", async (t) => {
  const files: Record<string, string> = {};
  for (const file of guestbook) {
    const text = await readFile(new URL(`../../examples/guestbook/${file}`, import.meta.url), "utf8");
    files[file] = text.replaceAll(/\banon\b/g, "$anon");
  }
  const { assemble, rows, roles } = await testAssembly(t, files);
  const report = await assemble();
  assert.equal(report.changed, true);
  assert.deepEqual(said(report).map((line) => line.replace(/[0-9a-f]{12}/, "…")), [
    "migrate migrations/1_create_entry.sql",
    "create policy entry_is_public on public.entry",
    "create policy entry_is_signed_by_anyone on public.entry",
    "create function public.sign(text,text)",
    "create view public.recent_entry",
    "create comment on routine public.sign(text,text)",
    "create grant … on routine public.sign(text,text)",
    "create comment on relation public.recent_entry",
    "create grant … on relation public.recent_entry",
    "seed seeds/1_first_entries.sql",
  ]);
  assert.deepEqual(await rows("select author from public.recent_entry"), [{ author: "Grace" }, { author: "Ada" }]);
  assert.deepEqual(await rows("select has_function_privilege($1, 'public.sign(text,text)', 'execute') as may", roles.anon), [
    { may: true },
  ]);
  const again = await assemble();
  assert.equal(again.changed, false);
  assert.deepEqual(again.actions, []);
});

