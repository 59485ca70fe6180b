import assert from "node:assert/strict";
import { test } from "node:test";
import { restDatabase } from "../../../../test/support/rest.ts";

const tables = `
  create table address (id int primary key, city text);
  create table client (id int primary key, name text);
  create table purchase (
    id int primary key, client_id int references client,
    billing int constraint billing references address, shipping int constraint shipping references address
  );
  create table site (id int primary key, main int constraint main_address references address);
  create table job (site_id int references site, address_id int references address, primary key (site_id, address_id));
  create function add(a int, b int) returns int immutable language sql as 'select a + b';
  create domain "text/html" as text;
  create function home() returns "text/html" language sql as $$ select '' $$;
  create domain "application/x-ndjson" as text;
  create function lines() returns "application/x-ndjson" language sql as $$ select '' $$;
`;

test("a resource with an alias may be named by its own name, with a warning, while the setting allows it", async (t) => {
  const db = await restDatabase(t, tables);
  const request = "GET /client?select=id,bought:purchase(id)&purchase.id=gt.1";
  const plan = db.plan(request);
  assert.deepEqual(plan.kind === "read" && plan.legacyTargets, [{ name: "purchase", alias: "bought" }]);
  const byAlias = db.plan("GET /client?select=id,bought:purchase(id)&bought.id=gt.1");
  assert.deepEqual(byAlias.kind === "read" && byAlias.legacyTargets, []);
  assert.throws(() => db.plan(request, { settings: { legacyTargetNames: false } }), {
    code: "PGRST108",
    message: "'purchase' is not an embedded resource in this request",
    details: "Target names are not allowed in filters if they have an alias",
    hint: "Change 'purchase' to 'bought' in filters, orders or limits.",
  });
});

test("an embedding that may mean several relationships lists them, with what chooses each", async (t) => {
  const db = await restDatabase(t, tables);
  assert.throws(() => db.plan("GET /purchase?select=address(*)"), {
    status: 300,
    code: "PGRST201",
    details: [
      {
        cardinality: "many-to-one",
        embedding: "purchase with address",
        relationship: "billing using purchase(billing) and address(id)",
      },
      {
        cardinality: "many-to-one",
        embedding: "purchase with address",
        relationship: "shipping using purchase(shipping) and address(id)",
      },
    ],
    hint:
      "Try changing 'address' to one of the following: 'address!billing', 'address!shipping'. " +
      "Find the desired relationship in the 'details' key.",
  });
  assert.throws(() => db.plan("GET /site?select=address(*)"), {
    details: [
      {
        cardinality: "many-to-one",
        embedding: "site with address",
        relationship: "main_address using site(main) and address(id)",
      },
      {
        cardinality: "many-to-many",
        embedding: "site with address",
        relationship: "job using job_site_id_fkey(site_id) and job_address_id_fkey(address_id)",
      },
    ],
  });
  for (const hint of ["billing", "shipping"]) assert.ok(db.plan(`GET /purchase?select=address!${hint}(*)`));
  for (const hint of ["main_address", "main", "job"]) assert.ok(db.plan(`GET /site?select=address!${hint}(*)`));
});

test("the first accepted media type that can be made is the one that is", async (t) => {
  const db = await restDatabase(t, tables);
  const made = (request: string, accept: string): unknown => {
    const plan = db.plan(`GET ${request}`, { headers: { accept } });
    return plan.kind === "info" ? undefined : plan.mediaType;
  };
  assert.deepEqual(made("/client", "text/html, text/csv;q=0.8, */*;q=0.1"), { kind: "csv" });
  assert.deepEqual(made("/client", "*/*"), { kind: "json" });
  assert.deepEqual(made("/rpc/home", "text/html"), { kind: "other", name: "text/html" });
  assert.deepEqual(made("/rpc/lines", "application/x-ndjson"), { kind: "other", name: "application/x-ndjson" });
  assert.deepEqual(made("/client", "application/x-ndjson"), { kind: "ndjson" });
  assert.deepEqual(made("/rpc/home", "*/*"), { kind: "json" });
  assert.deepEqual(made("/", "application/json"), { kind: "openapi" });
  assert.throws(() => made("/", "text/csv"), { code: "PGRST107", status: 406 });
});

test("what OPTIONS asks needs no database", async (t) => {
  const db = await restDatabase(t, tables);
  const relation = db.plan("OPTIONS /client");
  assert.deepEqual(relation, {
    kind: "info",
    schema: "api",
    target: { kind: "relation", name: "client" },
    routine: null,
  });
  assert.throws(() => db.plan("OPTIONS /rpc/nothing"), { code: "PGRST202" });
});

test("strict handling refuses preferences that nobody knows, and counts on functions that return one value", async (t) => {
  const db = await restDatabase(t, tables);
  assert.throws(() => db.plan("GET /client", { headers: { prefer: "handling=strict, anything" } }), {
    code: "PGRST122",
    details: "Invalid preferences: anything",
  });
  const headers = { prefer: "handling=strict, max-affected=1" };
  assert.throws(() => db.plan("GET /rpc/add?a=1&b=2", { headers }), { code: "PGRST128" });
});

test("a request that comes again has the same plan, until the settings are other ones", async (t) => {
  const db = await restDatabase(t, tables);
  const first = db.statements("GET /client?id=eq.1&select=id").main;
  const again = db.statements("GET /client?id=eq.1&select=id").main;
  assert.deepEqual(again, first);
  const limited = db.statements("GET /client?id=eq.1&select=id", { settings: { maxRows: 1 } }).main;
  assert.deepEqual(limited.values, ["1", "1"]);
});

test("every select is limited to the rows that the setting allows, but nothing that is written", async (t) => {
  const db = await restDatabase(t, tables);
  const settings = { maxRows: 3 };
  const read = db.statements("GET /client?select=id,purchase(id)&limit=5", { settings }).main;
  assert.deepEqual(read.values, ["3", "3"]);
  const headers = { prefer: "return=representation", "content-type": "application/json" };
  const written = db.statements("POST /client?select=id,purchase(id)", { body: { id: 1 }, headers, settings }).main;
  assert.deepEqual(written.values, ['{"id":1}']);
});
