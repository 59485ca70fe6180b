import assert from "node:assert/strict";
import { test } from "node:test";
import { restDatabase } from "../../../../test/support/rest.ts";

const shop = `
  create table client (id int primary key, name text, joined date default '2020-01-01', info jsonb);
  create table project (
    id int primary key, name text, client_id int references client, parent int references project, size numeric
  );
  create table worker (id int primary key, name text);
  create table assignment (
    project_id int references project, worker_id int references worker, primary key (project_id, worker_id)
  );
  insert into client values
    (1, 'Acme', default, '{"city": "Rome", "tags": [1, {"deep": "x"}]}'), (2, 'Beta', '2021-05-06', null);
  insert into project values (1, 'one', 1, null, 10), (2, 'two', 1, 1, 20), (3, 'three', 2, 1, 5), (4, 'none', null, null, 1);
  insert into worker values (1, 'Ann'), (2, 'Bob');
  insert into assignment values (1, 1), (1, 2), (2, 1);
  create view big as select id, name, client_id from project where size > 5;
  create function label(client) returns text stable language sql as $$ select $1.name || '!' $$;
  create function first_project(client) returns setof project rows 1 stable language sql
    as 'select * from api.project where client_id = $1.id order by id limit 1';
  create function projects_of(client) returns setof project stable language sql
    as 'select * from api.project where client_id = $1.id';
`;

test("a read is one select whose rows Postgres makes the body of", async (t) => {
  const db = await restDatabase(t, shop);
  const { main } = db.statements("GET /client?id=eq.1&select=id,name&order=name.desc&limit=5");
  assert.equal(
    main.text,
    "select null::bigint as total_count, count(*) as page_count, null::text as location, " +
      "coalesce(json_agg(_postgrest_t), '[]') as body, " +
      "nullif(current_setting('response.headers', true), '') as response_headers, " +
      "nullif(current_setting('response.status', true), '') as response_status, null::int as inserted_count from " +
      '(select "api"."client"."id", "api"."client"."name" from "api"."client" where "api"."client"."id" = $1 ' +
      'order by "api"."client"."name" desc limit $2) as _postgrest_t',
  );
  assert.deepEqual(main.values, ["1", "5"]);
  assert.deepEqual((await db.ask("GET /client?id=eq.1&select=id,name&order=name.desc&limit=5")).body, [
    { id: 1, name: "Acme" },
  ]);
});

test("every operator filters", async (t) => {
  const db = await restDatabase(
    t,
    `create table item (
       id int primary key, name text, tags int[], span int4range, doc tsvector, note text, flag boolean, data jsonb
     );
     insert into item values
       (1, 'Apple', '{1,2}', '[1,5)', to_tsvector('english', 'fat cats'), 'fat cats eat', true, '{"a": {"b": 5}}'),
       (2, 'banana', '{3}', '[5,9)', to_tsvector('english', 'thin dogs'), 'thin dogs', false, '{"a": {"b": 6}}'),
       (3, null, null, null, null, null, null, null)`,
  );
  const ids = async (filter: string): Promise<readonly number[]> => {
    const { body } = await db.ask(`GET /item?select=id&order=id&${filter}`);
    return (body as readonly { readonly id: number }[]).map(({ id }) => id);
  };
  const expected: readonly (readonly [string, readonly number[]])[] = [
    ["id=eq.1", [1]],
    ["id=gt.1", [2, 3]],
    ["id=gte.2", [2, 3]],
    ["id=lt.2", [1]],
    ["id=lte.2", [1, 2]],
    ["id=neq.1", [2, 3]],
    ["id=not.eq.1", [2, 3]],
    ["name=like.A*", [1]],
    ["name=ilike.b*", [2]],
    ["name=match.^A", [1]],
    ["name=imatch.^b", [2]],
    ["id=in.(1,3)", [1, 3]],
    ["id=in.()", []],
    ["id=not.in.(1,3)", [2]],
    ["name=is.null", [3]],
    ["name=not.is.null", [1, 2]],
    ["flag=is.true", [1]],
    ["flag=is.false", [2]],
    ["flag=is.unknown", [3]],
    ["name=isdistinct.Apple", [2, 3]],
    ["tags=cs.{1}", [1]],
    ["tags=cd.{1,2,3}", [1, 2]],
    ["tags=ov.{2,3}", [1, 2]],
    ["span=sl.[6,7]", [1]],
    ["span=sr.[0,2)", [2]],
    ["span=nxr.[1,5)", [1]],
    ["span=nxl.[5,9)", [2]],
    ["span=adj.[9,10)", [2]],
    ["doc=fts.cat", [1]],
    ["doc=plfts(english).dog", [2]],
    ["note=fts(english).cat", [1]],
    ["note=phfts(english).fat cats", [1]],
    ["note=wfts(english).dogs or cats", [1, 2]],
    ["note=not.fts(english).cat", [2]],
    ["name=eq(any).{Apple,banana}", [1, 2]],
    ["name=like(any).{A*,b*}", [1, 2]],
    ["name=like(all).{A*,*e}", [1]],
    ["data->a->>b=eq.5", [1]],
    ["data->a->b=eq.6", [2]],
    ["or=(id.eq.1,id.eq.3)", [1, 3]],
    ["and=(id.gt.1,or(name.is.null,name.eq.x))", [3]],
    ["not.or=(id.eq.1,id.eq.2)", [3]],
    ["or=(and(id.eq.1,name.eq.Apple),not.and(id.gte.1,id.lte.2))", [1, 3]],
  ];
  for (const [filter, result] of expected) assert.deepEqual(await ids(filter.replaceAll(" ", "%20")), result, filter);
});

test("selects rename, cast, follow paths and compute", async (t) => {
  const db = await restDatabase(t, shop);
  const select = "n:name,id::text,info->>city,info->tags->1->>deep,info->tags->0,label,j:joined";
  assert.deepEqual((await db.ask(`GET /client?id=eq.1&select=${select}`)).body, [
    { n: "Acme", id: "1", city: "Rome", deep: "x", tags: 1, label: "Acme!", j: "2020-01-01" },
  ]);
});

test("resources are embedded by keys, junctions, themselves, views and functions", async (t) => {
  const db = await restDatabase(t, shop);
  const body = async (request: string): Promise<unknown> => (await db.ask(`GET ${request}`)).body;
  assert.deepEqual(await body("/project?id=eq.1&select=name,client(name)"), [
    { name: "one", client: { name: "Acme" } },
  ]);
  assert.deepEqual(await body("/project?id=eq.4&select=name,client(name)"), [{ name: "none", client: null }]);
  assert.deepEqual(await body("/client?id=eq.1&select=name,project(id)"), [
    { name: "Acme", project: [{ id: 1 }, { id: 2 }] },
  ]);
  assert.deepEqual(await body("/project?id=eq.1&select=worker(name)"), [
    { worker: [{ name: "Ann" }, { name: "Bob" }] },
  ]);
  assert.deepEqual(await body("/worker?id=eq.2&select=project(name,client(name))"), [
    { project: [{ name: "one", client: { name: "Acme" } }] },
  ]);
  assert.deepEqual(await body("/project?id=eq.2&select=up:parent(name),down:project(name)"), [
    { up: { name: "one" }, down: [] },
  ]);
  assert.deepEqual(await body("/big?id=eq.2&select=name,client(name)"), [{ name: "two", client: { name: "Acme" } }]);
  assert.deepEqual(await body("/client?id=eq.1&select=big(name)"), [{ big: [{ name: "one" }, { name: "two" }] }]);
  assert.deepEqual(await body("/client?id=eq.1&select=first_project(name),projects_of(name,assignment(worker_id))"), [
    {
      first_project: { name: "one" },
      projects_of: [
        { name: "one", assignment: [{ worker_id: 1 }, { worker_id: 2 }] },
        { name: "two", assignment: [{ worker_id: 1 }] },
      ],
    },
  ]);
  assert.deepEqual(await body("/project?id=eq.1&select=client!project_client_id_fkey(id)"), [{ client: { id: 1 } }]);
  assert.deepEqual(await body("/project?id=eq.1&select=project_client_id_fkey(id),client_id(name)"), [
    { project_client_id_fkey: { id: 1 }, client_id: { name: "Acme" } },
  ]);
  assert.deepEqual(await body("/project?id=eq.1&select=worker!assignment(id)"), [{ worker: [{ id: 1 }, { id: 2 }] }]);
});

test("what is embedded can be filtered, ordered, limited, asked for and spread", async (t) => {
  const db = await restDatabase(t, shop);
  const body = async (request: string): Promise<unknown> => (await db.ask(`GET ${request}`)).body;
  assert.deepEqual(await body("/client?select=id,project(id)&project.order=id.desc&project.limit=1&order=id"), [
    { id: 1, project: [{ id: 2 }] },
    { id: 2, project: [{ id: 3 }] },
  ]);
  assert.deepEqual(await body("/client?select=id,project(id)&project.size=gt.5&order=id"), [
    { id: 1, project: [{ id: 1 }, { id: 2 }] },
    { id: 2, project: [] },
  ]);
  assert.deepEqual(await body("/client?select=id,project!inner(id)&project.size=gt.15"), [
    { id: 1, project: [{ id: 2 }] },
  ]);
  assert.deepEqual(await body("/project?select=id,client!inner()&client.name=eq.Beta"), [{ id: 3 }]);
  assert.deepEqual(await body("/project?select=id,client()&client=is.null"), [{ id: 4 }]);
  assert.deepEqual(await body("/client?select=id,project()&project=not.is.null&order=id"), [{ id: 1 }, { id: 2 }]);
  assert.deepEqual(await body("/client?select=id,project(),big()&or=(project.is.null,big.is.null)"), [{ id: 2 }]);
  assert.deepEqual(await body("/project?select=id,client()&client=not.is.null&order=client(name).desc,id"), [
    { id: 3 },
    { id: 1 },
    { id: 2 },
  ]);
  assert.deepEqual(await body("/project?id=eq.1&select=id,...client(client_name:name)"), [
    { id: 1, client_name: "Acme" },
  ]);
  assert.deepEqual(await body("/client?id=eq.1&select=id,...project(projects:name)&project.order=id.desc"), [
    { id: 1, projects: ["two", "one"] },
  ]);
  assert.deepEqual(await body("/project?id=eq.1&select=name,...worker(workers:name)&worker.order=name"), [
    { name: "one", workers: ["Ann", "Bob"] },
  ]);
});

test("aggregates group by what stands beside them", async (t) => {
  const db = await restDatabase(t, shop);
  const settings = { aggregatesEnabled: true };
  const body = async (request: string): Promise<unknown> => (await db.ask(`GET ${request}`, { settings })).body;
  assert.deepEqual(await body("/project?select=client_id,size.sum(),count()&order=client_id"), [
    { client_id: 1, sum: 30, count: 2 },
    { client_id: 2, sum: 5, count: 1 },
    { client_id: null, sum: 1, count: 1 },
  ]);
  assert.deepEqual(await body("/project?select=total:size.sum()::text,size::int.max()::text"), [
    { total: "36", max: "20" },
  ]);
  assert.deepEqual(await body("/client?select=name,project(size.max())&order=id"), [
    { name: "Acme", project: [{ max: 20 }] },
    { name: "Beta", project: [{ max: 5 }] },
  ]);
  assert.deepEqual(await body("/project?select=size.sum(),client(name)&client_id=eq.1"), [
    { sum: 30, client: { name: "Acme" } },
  ]);
  assert.deepEqual(await body("/assignment?select=worker_id,...project(size.sum())&order=worker_id"), [
    { worker_id: 1, sum: 30 },
    { worker_id: 2, sum: 10 },
  ]);
  await assert.rejects(db.ask("GET /project?select=count()"), { code: "PGRST123" });
  await assert.rejects(db.ask("GET /client?select=...project(size.sum())", { settings }), { code: "PGRST127" });
});

test("counts are of all rows, whatever the page", async (t) => {
  const db = await restDatabase(t, shop);
  const counts = async (request: string, prefer: string, maxRows: number | null = null) => {
    const { total, count } = await db.ask(`GET ${request}`, { headers: { prefer }, settings: { maxRows } });
    return [total, count];
  };
  assert.deepEqual(await counts("/project", "count=exact"), ["4", "4"]);
  assert.deepEqual(await counts("/project?limit=1&offset=2", "count=exact"), ["4", "1"]);
  assert.deepEqual(await counts("/project", "count=exact", 2), ["4", "2"]);
  assert.deepEqual(await counts("/project", "count=estimated", 2), ["3", "2"]);
  assert.deepEqual(await counts("/project", "count=planned"), [null, "4"]);
  assert.deepEqual(await counts("/client?select=project!inner()&project.id=eq.3&limit=1", "count=exact"), ["1", "1"]);
  assert.deepEqual(await counts("/project?select=client()&client=is.null&limit=1", "count=exact"), ["1", "1"]);
  const { plannedCount } = db.statements("GET /project?id=gt.1", { headers: { prefer: "count=planned" } });
  assert.equal(
    plannedCount?.text,
    'explain (format json) select 1 from "api"."project" where "api"."project"."id" > $1',
  );
});

test("one object is asked for, and one row is what there is", async (t) => {
  const db = await restDatabase(t, shop);
  const headers = { accept: "application/vnd.pgrst.object+json" };
  assert.deepEqual((await db.ask("GET /client?id=eq.2", { headers })).body, {
    id: 2,
    name: "Beta",
    joined: "2021-05-06",
    info: null,
  });
  const stripped = { accept: "application/vnd.pgrst.object+json;nulls=stripped" };
  assert.deepEqual((await db.ask("GET /client?id=eq.2&select=id,info", { headers: stripped })).body, { id: 2 });
  await assert.rejects(db.ask("GET /client", { headers }), {
    code: "PGRST116",
    details: "The result contains 2 rows",
    status: 406,
  });
});

test("CSV has its columns named, as they are selected", async (t) => {
  const db = await restDatabase(t, shop);
  const { body } = await db.ask("GET /project?select=name,id,client(name)&id=lte.2&order=id", {
    headers: { accept: "text/csv" },
  });
  assert.equal(body, 'name,id,client\none,1,"{""name"": ""Acme""}"\ntwo,2,"{""name"": ""Acme""}"');
  const none = await db.ask("GET /project?id=eq.9", { headers: { accept: "text/csv" } });
  assert.equal(none.body, "\n");
});

test("what can't be found is told with what is near", async (t) => {
  const db = await restDatabase(t, shop);
  const failing = async (request: string, expected: object): Promise<void> => {
    await assert.rejects(async () => db.ask(`GET ${request}`), expected);
  };
  await failing("/clients", {
    code: "PGRST205",
    status: 404,
    message: "Could not find the table 'api.clients' in the schema cache",
    hint: "Perhaps you meant the table 'api.client'",
  });
  await failing("/client?select=projct(*)", {
    code: "PGRST200",
    hint: "Perhaps you meant 'project' instead of 'projct'.",
  });
  await failing("/client?select=name&project.id=eq.1", {
    code: "PGRST108",
    hint: "Verify that 'project' is included in the 'select' query parameter.",
  });
  await failing("/client?select=project(id)&order=project(id)", { code: "PGRST118" });
  await failing("/client?select=nothing", { code: "42703", message: "column client.nothing does not exist" });
  await failing("/client?select=id,project(nothing)", {
    code: "42703",
    message: "column project_1.nothing does not exist",
  });
});

test("a filter on skewed data is planned for its value, however often it comes", async (t) => {
  const db = await restDatabase(
    t,
    `create table event (id int primary key, kind text);
     insert into event select n, case when n % 1000 = 0 then 'rare' else 'common' end from generate_series(1, 20000) n;
     create index on event (kind)`,
  );
  await db.admin.execute("analyze api.event");
  const { main } = db.statements("GET /event?kind=eq.rare&select=id");
  assert.equal(main.plan, undefined);
  await db.admin.execute(`prepare asked as ${main.text}`);
  for (let round = 0; round < 8; round++) await db.admin.execute("execute asked ('rare'); execute asked ('common')");
  const [plans] = await db.admin.query({
    text: "select generic_plans::int, custom_plans::int from pg_prepared_statements where name = 'asked'",
    values: [],
  });
  assert.deepEqual(plans, { generic_plans: 0, custom_plans: 16 });
});
