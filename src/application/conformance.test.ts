import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { mkdtempSync, rmSync } from "node:fs";
import { after } from "node:test";
import { tmpdir } from "node:os";
import { conformanceDatabase } from "../../test/support/capability.ts";
import { counterPackage, installedHowdah } from "../../test/support/counter-package.ts";
import { saveFiles } from "../../test/support/project.ts";
import { serveCapability } from "../../test/support/served-capability.ts";
import { builtIn } from "../capabilities/index.ts";
import { capabilityConformance } from "../capability/conformance.ts";
import type { Capability } from "../capability/index.ts";

const json = { "content-type": "application/json" };
const form = { "content-type": "application/x-www-form-urlencoded" };

/** Pages that try to leave something on the session: settings, a role, a temporary table, a lock, a subscription. */
const leaking = {
  "pages/index.html": "{{#each items}}<p>{{name}}</p>{{/each}}",
  "pages/index.query.sql": "-- @name items\nselect name from public.item;\n",
  "pages/index.post.sql": "insert into public.item (name) values (:name);\n",
  "pages/broken.html": "{{row.value}}",
  "pages/broken.query.sql": "-- @name row :one\nselect 1 / 0 as value;\n",
  "pages/leak.html": "{{row.path}}",
  "pages/leak.query.sql": `
-- @name row :one
select
  set_config('search_path', 'pg_temp', false) as path,
  set_config('request.jwt.claims', '{"role":"admin"}', false) as claims,
  set_config('statement_timeout', '0', false) as timeout,
  pg_advisory_lock(4711) as lock;
`,
  "pages/leak.post.sql": "select public.leak();\n",
};

const leakingSql = `
create table public.item (id bigint generated always as identity, name text check (name <> ''));
grant select, insert on public.item to $anon;
create function public.leak() returns void language plpgsql as $$
begin
  create temporary table leaked (id int);
  listen leaked;
  perform set_config('role', 'none', false);
end $$;
grant execute on function public.leak() to $anon;`;

const requests = {
  health: ["/_health", "/_ready"],
  pages: [
    "/",
    { method: "HEAD", url: "/" },
    { method: "POST", url: "/", headers: form, payload: "name=one" },
    { method: "POST", url: "/", headers: form, payload: "name=" },
    { method: "POST", url: "/", headers: { "content-type": "text/plain" }, payload: "one" },
    ...["/missing", "/broken", "/leak", "/broken", "/leak"],
    { method: "POST", url: "/leak", headers: form, payload: "" },
  ],
  rest: [
    "/rest/v1/item",
    { method: "HEAD", url: "/rest/v1/item?name=eq.one" },
    { method: "POST", url: "/rest/v1/item", headers: json, payload: '{"name": "one"}' },
    { method: "POST", url: "/rest/v1/item", headers: json, payload: '{"name": ""}' },
    ...["/rest/v1/missing", "/rest/v1/item?nothing=eq.1", "/rest/v1/"],
    { method: "POST", url: "/rest/v1/rpc/leak", headers: json, payload: "{}" },
    { method: "OPTIONS", url: "/rest/v1/item" },
  ],
} as const;

for (const capability of builtIn) {
  const own = requests[capability.name as keyof typeof requests];
  const files = capability.name === "pages" ? leaking : {};
  const project = capability.name === "health" ? {} : { files, sql: leakingSql };
  capabilityConformance(capability, {
    database: conformanceDatabase,
    // A built-in capability with routes and without requests fails the suite, by its own rule.
    serve: serveCapability({ ...project, requests: own ?? [] }),
  });
}

const folder = mkdtempSync(join(tmpdir(), "howdah-conformance-"));
after(() => rmSync(folder, { recursive: true, force: true }));
await saveFiles(folder, { ...counterPackage, ...installedHowdah });
const entry = pathToFileURL(join(folder, "node_modules/howdah-counter/index.js")).href;
const { capability: counter } = (await import(entry)) as { readonly capability: Capability };
capabilityConformance(counter, {
  database: conformanceDatabase,
  serve: serveCapability({
    files: { "counter/start.txt": "40" },
    requests: ["/count", { method: "POST", url: "/count" }, { method: "POST", url: "/count", payload: "{}" }],
  }),
});
