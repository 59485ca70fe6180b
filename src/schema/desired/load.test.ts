import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { needsSuperuser } from "../../../test/support/database.ts";
import { testDesired } from "../../../test/support/desired.ts";
import { connect } from "../../postgres/index.ts";
import type { Desired } from "./desired.ts";

const keys = (desired: Desired, ...kinds: readonly string[]): readonly string[] =>
  [...desired.model.facts.values()].filter((fact) => kinds.includes(fact.kind)).map((fact) => fact.key);

suite("the desired state", { skip: needsSuperuser }, () => {
  test("the order of files and of statements means nothing", async (t) => {
    const { load } = await testDesired(t, {
      "schema/1_view.sql": "create view public.recent as select id, public.shout(body) as body from public.post;",
      "schema/2_comment.sql": "comment on table public.post is 'what people write';",
      "schema/3_index.sql": "create index post_body_idx on public.post (body);",
      "schema/4_post.sql": `create table public.post (
  id bigint primary key, body text, mood public.mood default 'glad', blog bigint references public.blog (id)
);`,
      "schema/5_key.sql": "alter table public.blog add primary key (id);",
      "schema/6_blog.sql": "create table public.blog (id bigint not null, slug app.slug);",
      "schema/7_mood.sql": "create type public.mood as enum ('sad', 'glad');",
      "schema/8_domain.sql": "create domain app.slug as text check (public.is_slug(value));",
      "schema/9_schema.sql": "create schema app;",
      "functions/f.sql": `
create function public.is_slug(text) returns boolean language sql immutable return $1 ~ '^[a-z]+$';
create function public.shout(text) returns text language plpgsql as $$ begin return upper($1); end $$;`,
    });
    const desired = await load();
    assert.deepEqual(keys(desired, "table", "view", "domain", "enum", "index"), [
      "enum public.mood",
      "domain app.slug",
      "table public.blog",
      "table public.post",
      "index public.post.post_body_idx",
      "view public.recent",
    ]);
    assert.equal(desired.model.facts.get("table public.post")?.comment, "what people write");
    assert.equal(
      desired.model.facts.get("table public.post")?.owner,
      desired.model.facts.get("enum public.mood")?.owner,
    );
  });

  test("tables that point at each other are made, with the foreign keys as they are written", async (t) => {
    const { load } = await testDesired(t, {
      "schema/a.sql": `create table a (
  id bigint primary key,
  b bigint constraint "to b" references b (id) match full on update cascade on delete set null deferrable initially deferred not null,
  c bigint,
  d bigint references public.d,
  foreign key (c) references c (id)
);
create table b (
  constraint self foreign key (up) references b (id),
  foreign key (a, "Ä") references a2 (id, "Ä") on delete set null ("Ä"),
  id bigint primary key, up bigint, a bigint, "Ä" text -- ü
);
create table a2 (id bigint, "Ä" text, b bigint references b (id), primary key (id, "Ä"));
create table c (id bigint primary key references a (id) /* , */ not null, at timestamptz default now());
create table d (id bigint primary key);`,
    });
    const desired = await load();
    assert.deepEqual(
      keys(desired, "constraint")
        .filter((key) => !key.endsWith("_pkey"))
        .toSorted(),
      [
        'constraint public.a."to b"',
        "constraint public.a.a_c_fkey",
        "constraint public.a.a_d_fkey",
        "constraint public.a2.a2_b_fkey",
        'constraint public.b."b_a_Ä_fkey"',
        "constraint public.b.self",
        "constraint public.c.c_id_fkey",
      ],
    );
    const definition = JSON.stringify(desired.model.facts.get('constraint public.a."to b"')?.props);
    assert.match(definition, /MATCH FULL ON UPDATE CASCADE ON DELETE SET NULL/);
    const origin = desired.origins.get('constraint public.b."b_a_Ä_fkey"');
    assert.deepEqual([origin?.line, origin?.column], [10, 3]);
  });

  test("migrations come first, and what they make is theirs", async (t) => {
    const { load } = await testDesired(t, {
      "migrations/1_user.sql": `create table "user" (id bigint primary key);\ninsert into "user" values (1);\n-- @down\ndrop table "user";`,
      "migrations/2_name.sql": `alter table "user" add column name text;`,
      "schema/post.sql": `create table post (id bigint primary key, author bigint references "user" (id));
alter table "user" add column mail text;`,
    });
    const desired = await load();
    const own = [...desired.model.facts.keys()].filter((key) => !desired.migrationKeys.has(key));
    assert.ok(
      desired.migrationKeys.has('column public."user".name') || desired.migrationKeys.has("column public.user.name"),
    );
    assert.deepEqual(own.toSorted(), [
      "column public.post.author",
      "column public.post.id",
      "column public.user.mail",
      "constraint public.post.post_author_fkey",
      "constraint public.post.post_pkey",
      "table public.post",
    ]);
    assert.deepEqual([...desired.origins.keys()].toSorted(), own.toSorted());
  });

  test("all mistakes of one pass are told, each at its place, and none that only follows from another", async (t) => {
    const { errors } = await testDesired(t, {
      "schema/a.sql":
        "-- ä€😀\ncreate table a (id bigint, note texxt /* 😀 */);\ncreate index on a (id);\ncreate view va as select * from a;",
      "schema/b.sql":
        "/* ü */ create table b (id bigint primary key, check (nope > 0));\ncreate table good (id bigint);",
      "schema/c.sql": "create table c (id bigint references good (id));",
    });
    assert.deepEqual(await errors(), [
      'WD411 schema/a.sql:2:33 type "texxt" does not exist',
      'WD411 schema/b.sql:1:55 column "nope" does not exist',
      'WD411 schema/c.sql:1:38 there is no unique constraint matching given keys for referenced table "good"',
    ]);
  });

  test("an error in a foreign key that was put off is at its own place", async (t) => {
    const { errors } = await testDesired(t, {
      "schema/a.sql": `create table a (id bigint primary key, b bigint references b (id));
create table b (
  id bigint primary key, -- 😀
  note text, constraint "to a" foreign key (note, nope) references a (id, x)
);`,
    });
    assert.deepEqual(await errors(), [
      'WD411 schema/a.sql:4:51 column "nope" referenced in foreign key constraint does not exist',
    ]);
  });

  test("syntax errors and statements that declare nothing are told together", async (t) => {
    const { errors, failures } = await testDesired(t, {
      "schema/a.sql": "create table a (id bigint,);",
      "schema/b.sql": `insert into x values (1);\nupdate x set y = 1; delete from x; truncate x;\nselect 1;\ndrop table x;
alter table x rename to y; begin; create table z as select 1; set role postgres; create index concurrently i on x (y);`,
      "schema/c.sql": "copy x to stdout; call p(); alter type mood add value 'x'; create temp table tt (id int);",
    });
    assert.deepEqual(
      (await errors()).map((line) => line.replace(/: .*/, "")),
      [
        'WD410 schema/a.sql:1:27 syntax error at or near ")"',
        "WD447 schema/b.sql:1:1 this can't stand in schema/",
        "WD447 schema/b.sql:2:1 this can't stand in schema/",
        "WD447 schema/b.sql:2:21 this can't stand in schema/",
        "WD447 schema/b.sql:2:36 this can't stand in schema/",
        "WD447 schema/b.sql:3:1 this can't stand in schema/",
        "WD447 schema/b.sql:4:1 this can't stand in schema/",
        "WD447 schema/b.sql:5:1 this can't stand in schema/",
        "WD447 schema/b.sql:5:28 this can't stand in schema/",
        "WD447 schema/b.sql:5:35 this can't stand in schema/",
        "WD447 schema/b.sql:5:63 this can't stand in schema/",
        "WD407 schema/b.sql:5:82 create index concurrently can't run inside a transaction",
        "WD447 schema/c.sql:1:1 this can't stand in schema/",
        "WD447 schema/c.sql:1:19 this can't stand in schema/",
        "WD447 schema/c.sql:1:29 this can't stand in schema/",
        "WD447 schema/c.sql:1:60 this can't stand in schema/",
      ],
    );
    const hints = (await failures()).map((error) => error.hint);
    assert.match(hints[1] ?? "", /seeds\//);
    assert.match(hints[6] ?? "", /@drop/);
    assert.match(hints[7] ?? "", /@renamed/);
  });

  test("what pg_dump writes is understood, and its search_path counts for the rest of its file alone", async (t) => {
    const { load, input } = await testDesired(t, {
      "schema/dump.sql": `--
-- PostgreSQL database dump
--

\\restrict abcdefg

SET statement_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET default_tablespace = '';
SET default_table_access_method = heap;

CREATE FUNCTION public.stamp() RETURNS trigger LANGUAGE plpgsql AS $$ begin new.at := now(); return new; end $$;
ALTER FUNCTION public.stamp() OWNER TO $p_dba;

CREATE TABLE public.item (
    id integer NOT NULL,
    at timestamp with time zone,
    up integer
);
ALTER TABLE public.item OWNER TO $p_dba;
COMMENT ON TABLE public.item IS 'it''s';
CREATE SEQUENCE public.item_id_seq AS integer START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1;
ALTER SEQUENCE public.item_id_seq OWNER TO $p_dba;
ALTER SEQUENCE public.item_id_seq OWNED BY public.item.id;
ALTER TABLE ONLY public.item ALTER COLUMN id SET DEFAULT nextval('public.item_id_seq'::regclass);
ALTER TABLE ONLY public.item ADD CONSTRAINT item_pkey PRIMARY KEY (id);
CREATE INDEX item_at ON public.item USING btree (at);
CREATE TRIGGER stamp BEFORE UPDATE ON public.item FOR EACH ROW EXECUTE FUNCTION public.stamp();
ALTER TABLE ONLY public.item ADD CONSTRAINT item_up FOREIGN KEY (up) REFERENCES public.item(id);
ALTER DEFAULT PRIVILEGES FOR ROLE $p_owner IN SCHEMA public GRANT SELECT ON TABLES TO $p_reader;
GRANT ALL ON TABLE public.item TO $p_reader;

\\unrestrict abcdefg
`,
      "schema/own.sql":
        "set search_path = shop, public;\ncreate table basket (id int);\nreset search_path;\ncreate table plain (id int);",
      "schema/shop.sql": "create schema shop;",
      "schema/zz.sql": "create table late (id int);",
    });
    const { prefix = "" } = input;
    const mirrorRoles = ["dba", "reader"].map((name) => ({ name: `${prefix}_${name}`, memberOf: [] }));
    const desired = await load({}, { mirrorRoles });
    assert.deepEqual(keys(desired, "table").toSorted(), [
      "table public.item",
      "table public.late",
      "table public.plain",
      "table shop.basket",
    ]);
    const item = desired.model.facts.get("table public.item");
    assert.equal(item?.owner, `${prefix}_dba`);
    assert.ok(desired.model.facts.has("trigger public.item.stamp"));
    assert.equal(desired.origins.get("default public.item.id")?.line, 28);
    assert.equal(desired.origins.get("constraint public.item.item_pkey")?.line, 29);
    // As where it was dumped: the default privileges came last, and nothing of the file was born with them.
    const granted = item?.acl?.filter((entry) => entry.grantee === `${prefix}_reader`).map((entry) => entry.privilege);
    assert.equal(granted?.includes("SELECT"), true);
    const late = desired.model.facts.get("table public.late");
    assert.deepEqual(late?.acl?.map((entry) => entry.grantee).includes(`${prefix}_reader`), true);
  });

  test("what only a superuser may make is made by him, and told so", async (t) => {
    const { load } = await testDesired(t, {
      "schema/a.sql": `create role $p_web nologin;
create foreign data wrapper files;
create table t (id int);
create publication everything for all tables;
create event trigger watch on ddl_command_end execute function watching();
create function watching() returns event_trigger language plpgsql as $$ begin end $$;
alter table t owner to $p_web;
create policy own on t using (true);
alter table t enable row level security;`,
    });
    const desired = await load();
    const privileged = [...desired.origins]
      .filter(([, origin]) => origin.privileged)
      .map(([key]) => key.replace(/t_\w+_/, ""));
    assert.deepEqual(privileged.toSorted(), [
      "event trigger watch",
      "foreign data wrapper files",
      "publication everything",
      "role web",
    ]);
    assert.equal(desired.roles.length, 1);
    const again = await load({ "schema/b.sql": "create table u (id int);" });
    assert.equal(again.model.facts.get(`role ${again.roles[0]}`)?.kind, "role");
  });

  test("a relation has one owner", async (t) => {
    const { errors } = await testDesired(t, {
      "migrations/1_a.sql": "create table a (id int); create type m as enum ('x');",
      "schema/a.sql":
        "create table a (id int);\ncreate table if not exists public.a (id int);\ncreate type m as enum ('x');",
      "schema/b.sql":
        "create table b (id int);\ncreate table howdah.x (id int);\nalter table pg_catalog.pg_class add column x int;",
      "schema/c.sql": "create table c (id int);",
    });
    assert.deepEqual(await errors({ "schema/a.sql": "create table c (id int);" }), [
      "WD413 schema/c.sql:1:1 relation public.c is defined twice",
    ]);
    assert.deepEqual(await errors({ "schema/a.sql": "create table a (id int);\ncreate type m as enum ('x');" }), [
      "WD448 schema/a.sql:1:1 table public.a is a migration's already",
      "WD448 schema/a.sql:2:1 enum public.m is a migration's already",
      "WD449 schema/b.sql:2:1 the schema howdah is not the project's to declare in",
      "WD449 schema/b.sql:3:1 the schema pg_catalog is not the project's to declare in",
    ]);
  });

  test("bodies of routines are checked in both folders, and policies that protect nothing", async (t) => {
    const { errors } = await testDesired(t, {
      "schema/a.sql": `create table t (id int);
create policy own on t using (true); grant select on t to public;
create function f() returns int language plpgsql as $$
begin
  return nope;; -- 😀
end
$$;`,
      "functions/b.sql": "create function g() returns int language sql as $$ select id from missing $$;",
    });
    assert.deepEqual(await errors(), [
      'WD411 functions/b.sql:1:67 relation "missing" does not exist',
      'WD411 schema/a.sql:5:15 syntax error at or near ";"',
      "WD418 schema/a.sql:2:1 policy own on public.t has no effect: row security of public.t is off",
    ]);
  });

  test("statements that name the live database mean the scratch one", async (t) => {
    const { load } = await testDesired(t, {
      "migrations/1_a.sql": "alter database \"My App\" set work_mem = '8MB'; comment on database \"My App\" is 'x';",
      "schema/a.sql": 'grant connect on database "My App" to $p_anon;',
    });
    assert.equal((await load({}, { database: "My App" })).model.unmodelled.length, 0);
  });

  test("unchanged files are not loaded again, and a crash leaves nothing that is taken for whole", async (t) => {
    const { load, databases, input } = await testDesired(t, {
      "schema/a.sql": "create table a (id int); -- @drop table old",
    });
    const first = await load();
    await using session = await connect(input.scratch);
    await session.execute(
      `create database "${first.database}_new"; comment on database "${first.database}_new" is 'x'`.split(";")[0] ?? "",
    );
    const again = await load();
    assert.equal(again.database, first.database);
    assert.deepEqual([...again.model.facts], [...first.model.facts]);
    assert.deepEqual(again.model.needs, first.model.needs);
    assert.deepEqual(again.model.neededBy, first.model.neededBy);
    assert.deepEqual(again.model.parts, first.model.parts);
    assert.deepEqual([...again.origins], [...first.origins]);
    assert.deepEqual(again.hints, first.hints);
    assert.deepEqual(
      (await databases()).filter((name) => name.endsWith("_new")),
      [],
    );
    // A database without what is known of it is made again.
    await session.execute(`comment on database "${first.database}" is 'somebody else'`);
    assert.equal((await load()).database, first.database);
  });

  test("only so many databases are kept", async (t) => {
    const { load, databases } = await testDesired(t);
    for (let n = 0; n < 9; n++) await load({ "schema/a.sql": `do $$ begin create table a${n} (id int); end $$;` });
    assert.equal((await databases()).length, 7);
  });

  test("an edit goes on with the database of the load before", async (t) => {
    const { load, databases } = await testDesired(t, { "schema/a.sql": "create table a (id int);" });
    const first = await load();
    const second = await load({ "schema/a.sql": "create table a (id int, name text);" });
    assert.equal(second.how, "again");
    assert.deepEqual(
      (await databases()).filter((name) => name.includes("_desired_")),
      [second.database],
    );
    await using before = await first.connect();
    const columns = "select count(*)::int as count from pg_attribute where attrelid = 'a'::regclass and attnum > 0";
    assert.deepEqual(await before.query({ text: columns, values: [] }), [{ count: 1 }], "made anew for who asks");
  });

  test("an edit that is wrong leaves the database of the load before", async (t) => {
    const { load, errors } = await testDesired(t, { "schema/a.sql": "create table a (id int);" });
    const first = await load();
    assert.equal((await errors({ "schema/a.sql": "create table a (id nope);" })).length, 1);
    const again = await load({ "schema/a.sql": "create table a (id int);" });
    assert.deepEqual([again.how, again.database], ["found", first.database]);
  });

  test("what somebody is connected to is copied", async (t) => {
    const { load, databases } = await testDesired(t, { "schema/a.sql": "create table a (id int);" });
    const first = await load();
    await using held = await first.connect();
    await load({ "schema/a.sql": "create table a (id int, name text);" });
    assert.ok((await databases()).includes(first.database));
    await held.execute("select from a");
  });

  test("two processes at once make one database", async (t) => {
    const { load, databases } = await testDesired(t, { "schema/a.sql": "create table a (id int);" });
    const [one, two] = await Promise.all([load(), load()]);
    assert.equal(one.database, two.database);
    assert.deepEqual([...one.model.facts], [...two.model.facts]);
    assert.equal((await databases()).length, 2);
  });

  test("a failed load leaves no database behind but the migrations'", async (t) => {
    const { errors, databases } = await testDesired(t, { "schema/a.sql": "create table a (id nope);" });
    assert.equal((await errors()).length, 1);
    assert.deepEqual(
      (await databases()).map((name) => name.includes("_base_")),
      [true],
    );
  });

  test("a migration that fails is told with its place", async (t) => {
    const { errors } = await testDesired(t, {
      "migrations/1_a.sql": "select 'ü';\nselect 1 / 0;\nselect nope;",
      "schema/a.sql": "",
    });
    assert.deepEqual(await errors(), ["WD411 migrations/1_a.sql:2:1 division by zero"]);
  });

  test("functions/ takes over what a migration made when it says so", async (t) => {
    const files = {
      "migrations/1_f.sql":
        "create function f() returns int language sql return 1; create table t (a int default f());",
      "functions/f.sql": "create function f() returns int language sql return 2;",
      "schema/a.sql": "",
    };
    const { errors, load } = await testDesired(t, files);
    assert.deepEqual(await errors(), [
      "WD415 functions/f.sql:1:1 function public.f() exists already, and no file made it",
    ]);
    const desired = await load({
      "functions/f.sql": "-- @adopt\ncreate function f() returns int language sql return 2;",
    });
    assert.equal(desired.migrationKeys.has("function public.f()"), false);
    assert.equal(desired.migrationKeys.has("default public.t.a"), true);
    assert.equal(desired.origins.get("function public.f()")?.line, 2);
  });

  test("schema/ takes over a table of a migration, and what others have put on it stays", async (t) => {
    const { load, errors } = await testDesired(t, {
      "migrations/1_a.sql": `create table account (id bigint primary key, name text, age int);
create index account_age on account (age);
create table post (id bigint primary key, author bigint references account (id));
create view authors as select id, name from account;
insert into account values (1, 'x', 1);
insert into post values (1, 1);`,
      "schema/a.sql": "-- @adopt\ncreate table account (\n  id bigint primary key,\n  name text not null\n);",
    });
    const desired = await load();
    const owned = [...desired.model.facts.keys()].filter((key) => desired.migrationKeys.has(key));
    assert.deepEqual(
      owned.filter((key) => /account|author/.test(key)),
      ["column public.post.author", "constraint public.post.post_author_fkey", "view public.authors"],
    );
    assert.equal(desired.model.facts.has("column public.account.age"), false);
    assert.equal(desired.model.facts.has("index public.account.account_age"), false);
    assert.equal(desired.origins.get("column public.account.name")?.line, 4);
    assert.equal(desired.origins.has("view public.authors"), false);
    assert.deepEqual(await errors({ "schema/a.sql": "-- @adopt\ncreate table account (id bigint primary key);" }), [
      "WD448 schema/a.sql:2:1 view public.authors does not fit what the file takes over",
    ]);
  });
});
