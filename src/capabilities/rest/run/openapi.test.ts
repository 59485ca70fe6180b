import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { Validator } from "@seriousme/openapi-schema-validator";
import { restServer, type RestServer } from "../../../../test/support/rest-server.ts";
import type { RestSettings } from "../settings.ts";
import { settingsForTests } from "../../../../test/support/rest-settings.ts";

const schema = `
  comment on schema public is E'My API\\n\\nIt does things.';
  create type mood as enum ('sad', 'happy');
  create domain color as int;
  create function public.json(color) returns json language sql immutable as 'select to_json(''#'' || $1::int)';
  create cast (color as json) with function public.json(color) as implicit;
  create table public.client (id int primary key, name varchar(20) not null default 'it''s');
  create table public.project (
    id bigint generated always as identity primary key, client_id int references client, amount numeric default 1.5,
    mood mood, tags text[], data json not null, started timestamptz not null default now(),
    done boolean not null default false, color color, twice numeric generated always as (amount * 2) stored
  );
  comment on table public.project is E'Projects\\n\\nof clients';
  comment on column public.project.client_id is 'whose';
  create table public."a b/{c}" ("x y" int primary key, "é" text);
  create view public.shown as select id from public.project limit 1;
  create function public.add(a int, b int default 2) returns int language sql stable as 'select a + b';
  create function public.add(a int, b int, variadic c int[]) returns int language sql stable as 'select 1';
  create function public.change(data json) returns void language sql as '';
  create function public.send(text) returns text language sql as 'select $1';
  create function public.projects(client int) returns setof project language sql stable as 'select * from project';
  create table public.hidden (id int);
  create function public.secret() returns int language sql as 'select 1';
`;

const openApi: RestSettings["openApi"] = { ...settingsForTests.openApi, isPublished: true };

/** What stands at a path of names into JSON. */
function at(json: unknown, ...names: readonly string[]): unknown {
  return names.reduce<unknown>((value, name) => (value as Readonly<Record<string, unknown>> | undefined)?.[name], json);
}

function keys(json: unknown, ...names: readonly string[]): readonly string[] {
  return Object.keys(at(json, ...names) ?? {});
}

async function published(t: TestContext, settings: Partial<RestSettings> = {}): Promise<RestServer> {
  return await restServer(t, schema, { settings: { openApi, ...settings } });
}

async function read(url: string, headers: Record<string, string> = {}): Promise<unknown> {
  const response = await fetch(`${url}/openapi.json`, { headers });
  assert.equal(response.status, 200);
  return await response.json();
}

test("openapi.json is a valid OpenAPI 3.1, whatever relations are called", async (t) => {
  const { url, admin, roles } = await published(t);
  for (const headers of [{}, { prefer: "count=exact" }]) {
    const api = await read(url, headers);
    const { valid, errors } = await new Validator().validate(api as Record<string, unknown>);
    assert.ok(valid, JSON.stringify(errors));
    assert.equal(at(api, "openapi"), "3.1.1");
  }
  await admin.execute(`revoke all on all tables in schema public from ${roles.anon}`);
  const { valid } = await new Validator().validate((await read(url)) as Record<string, unknown>);
  assert.ok(valid, "of nothing at all");
});

test("every reference of it leads somewhere, and every operation has an id of its own", async (t) => {
  const { url } = await published(t);
  const api = await read(url);
  const references = [...JSON.stringify(api).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = ""]) => path);
  assert.ok(references.length > 50);
  for (const path of new Set(references)) assert.ok(at(api, ...path.split("/")) !== undefined, path);
  const ids = [...JSON.stringify(api).matchAll(/"operationId":"([^"]+)"/g)].map(([, id]) => id);
  assert.equal(new Set(ids).size, ids.length);
});

test("it shows what the role may see, as the root does, which stays Swagger 2.0", async (t) => {
  const { url, admin, roles } = await published(t);
  await admin.execute(
    `revoke all on public.hidden from ${roles.anon}; revoke execute on function public.secret() from public`,
  );
  const api = await read(url);
  assert.deepEqual(keys(api, "paths").toSorted(), [
    "/a%20b%2F%7Bc%7D",
    "/client",
    "/project",
    "/rpc/add",
    "/rpc/change",
    "/rpc/projects",
    "/rpc/send",
    "/shown",
  ]);
  assert.deepEqual([at(api, "info", "title"), at(api, "info", "description")], ["My API", "It does things."]);
  assert.deepEqual(at(api, "servers"), [{ url: "/" }]);
  const root = await (await fetch(`${url}/`)).json();
  assert.equal(at(root, "swagger"), "2.0");
});

test("rows, inserts and updates have schemas of their own", async (t) => {
  const { url } = await published(t);
  const schemas = at(await read(url), "components", "schemas");
  const column = (name: string): unknown => at(schemas, "project", "properties", name);
  assert.deepEqual(column("id"), { type: "integer", format: "int64", description: "Primary key.", readOnly: true });
  assert.deepEqual(column("client_id"), {
    type: ["integer", "null"],
    format: "int32",
    description: "whose\n\nReferences `client.id`.",
  });
  assert.deepEqual(column("amount"), { type: ["number", "null"], default: 1.5 });
  assert.deepEqual(column("mood"), { type: ["string", "null"], enum: ["sad", "happy", null] });
  assert.deepEqual(column("tags"), { type: ["array", "null"], items: { type: "string" } });
  assert.deepEqual([column("data"), column("color")], [{}, {}]);
  assert.deepEqual(column("started"), { type: "string", format: "date-time" });
  assert.deepEqual(at(schemas, "client", "properties", "name"), { type: "string", maxLength: 20, default: "it's" });
  assert.deepEqual(at(schemas, "project", "required"), [...keys(schemas, "project", "properties")]);
  assert.deepEqual(at(schemas, "project.insert", "required"), ["data"]);
  const written = keys(schemas, "project.insert", "properties");
  assert.deepEqual(
    [written.includes("id"), written.includes("twice"), written.includes("color")],
    [false, false, true],
  );
  assert.equal(at(schemas, "project.update", "required"), undefined);
  assert.equal(at(schemas, "shown.insert"), undefined);
});

test("operations are those that the relation has", async (t) => {
  const { url } = await published(t);
  const paths = at(await read(url), "paths");
  assert.deepEqual(keys(paths, "/client"), ["get", "post", "put", "patch", "delete"]);
  assert.deepEqual(keys(paths, "/shown"), ["get"]);
  assert.deepEqual(keys(paths, "/hidden"), ["get", "post", "patch", "delete"]);
});

test("routines have their arguments in the query and in the body, of all overloads", async (t) => {
  const { url } = await published(t);
  const paths = at(await read(url), "paths");
  assert.deepEqual([keys(paths, "/rpc/add"), keys(paths, "/rpc/change")], [["get", "post"], ["post"]]);
  assert.deepEqual(at(paths, "/rpc/add", "get", "parameters"), [
    { name: "a", in: "query", required: true, schema: {} },
    { name: "b", in: "query", required: false, schema: {} },
    {
      name: "c",
      in: "query",
      required: false,
      schema: { type: "array", items: { type: "integer", format: "int32" } },
    },
  ]);
  const body = at(paths, "/rpc/add", "post", "requestBody", "content", "application/json", "schema", "anyOf");
  assert.equal((body as readonly unknown[]).length, 2);
  assert.deepEqual(keys(paths, "/rpc/send", "post", "requestBody", "content"), ["text/plain"]);
  assert.deepEqual(at(paths, "/rpc/change", "post", "responses", "204"), { description: "Done" });
  assert.deepEqual(
    at(paths, "/rpc/projects", "get", "responses", "200", "content", "application/json", "schema", "items"),
    { $ref: "#/components/schemas/project" },
  );
});

test("tokens and schemas are asked for where there are some", async (t) => {
  const jwt = { ...settingsForTests.jwt, secret: "a secret of at least 32 characters" };
  const { url, admin } = await published(t, {
    jwt,
    schemas: ["public", "other"],
    openApi: { ...openApi, serverProxyUri: "https://example.com/api/" },
  });
  await admin.execute("create schema other; create table other.thing (id int)");
  const api = await read(url);
  assert.deepEqual(at(api, "security"), [{}, { token: [] }]);
  assert.deepEqual(at(api, "servers"), [{ url: "https://example.com/api" }]);
  assert.deepEqual(at(api, "components", "parameters", "acceptProfile", "schema"), {
    ...{ type: "string", enum: ["public", "other"] },
    default: "public",
  });
  assert.ok((await new Validator().validate(api as Record<string, unknown>)).valid);
  assert.equal(at(await read(url, { "accept-profile": "other" }), "info", "title"), "other");
});

test("its type is what was asked for, and HEAD has no body", async (t) => {
  const { url } = await published(t);
  const typeOf = async (accept: string): Promise<string | null> =>
    (await fetch(`${url}/openapi.json`, { headers: { accept } })).headers.get("content-type");
  assert.equal(await typeOf("text/html,*/*;q=0.8"), "application/json; charset=utf-8");
  assert.equal(await typeOf("application/openapi+json"), "application/openapi+json; charset=utf-8");
  assert.equal((await fetch(`${url}/openapi.json`, { headers: { accept: "text/csv" } })).status, 406);
  const head = await fetch(`${url}/openapi.json`, { method: "HEAD" });
  assert.deepEqual([head.status, await head.text()], [200, ""]);
  assert.equal((await fetch(`${url}/openapi.json`, { method: "POST" })).status, 405);
});

test("nothing of it is there unless a setting says so, or where the description is disabled", async (t) => {
  const { url } = await restServer(t, "");
  for (const path of ["openapi.json", "openapi.html"]) {
    const { code } = (await (await fetch(`${url}/${path}`)).json()) as { readonly code: string };
    assert.equal(code, "PGRST205", path);
  }
  const disabled = await published(t, { openApi: { ...openApi, mode: "disabled" } });
  assert.equal((await fetch(`${disabled.url}/openapi.json`)).status, 404);
});
