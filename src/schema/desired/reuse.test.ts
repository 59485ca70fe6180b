import assert from "node:assert/strict";
import { suite, test, type TestContext } from "node:test";
import { needsSuperuser } from "../../../test/support/database.ts";
import { testDesired, type TestDesired } from "../../../test/support/desired.ts";
import type { Desired } from "./desired.ts";

const files = {
  "migrations/1_old.sql":
    "create table old (id bigint primary key); create function old_now() returns timestamptz language sql return now();",
  "schema/mood.sql": "create type mood as enum ('sad', 'glad');\ncreate domain slug as text check (is_slug(value));",
  "schema/blog.sql": `create table blog (id bigint generated always as identity primary key, slug slug, best bigint references post (id));
comment on table blog is 'a blog';
comment on column blog.slug is 'in addresses';`,
  "schema/post.sql": `create table post (
  id bigint generated always as identity primary key,
  blog bigint not null references blog (id) on delete cascade,
  old bigint references old (id),
  body text, mood mood default 'sad', check (length(body) < 1000)
);
create index on post (body);
create index post_mood on post (mood) where mood = 'sad';
alter table post enable row level security;
create policy own on post using (body <> '');
grant select, insert (body) on post to $p_anon;
grant select on blog to $p_anon;`,
  "schema/note.sql":
    "create table note (id bigint primary key, post bigint);\nalter table note add constraint note_post foreign key (post) references post (id);",
  "schema/deep.sql": `create schema deep;
create function deep.title(post) returns text language sql as $$ select $1.body $$;
create function deep.twice(n int) returns int language sql immutable as $$ select n * 2 $$;
create view deep.titles as select deep.title(post) as title, deep.twice(1) as two from post;`,
  "functions/f.sql": `create function is_slug(text) returns boolean language sql immutable return $1 ~ '^[a-z]+$';
create function shout(text) returns text language plpgsql as $$ begin return upper($1); end $$;
create function bodies() returns setof post language sql as $$ select * from post $$;
create function atomic() returns bigint language sql begin atomic select count(*) from post; end;
grant execute on function shout to $p_anon;
comment on function shout is 'loud';`,
  "functions/v.sql": `create view recent as select * from post;
create view loud as select shout(body) as body from recent;
create trigger touch before update on note for each row execute function suppress_redundant_updates_trigger();`,
};

/** What is told of a schema, whatever rows hold it. */
function meaning({ model, origins, migrationKeys }: Desired): object {
  const facts = [...model.facts.values()]
    .map((fact) => ({ ...fact, address: "" }))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const needs = facts.map(({ key }) => [key, [...(model.needs.get(key) ?? [])].toSorted()]);
  return {
    ...{ facts, needs, origins: [...origins].toSorted(([a], [b]) => (a < b ? -1 : 1)) },
    migrationKeys: [...migrationKeys].toSorted(),
  };
}

let count = 0;

/** The same files, loaded from nothing. */
async function afresh({ load, input }: TestDesired): Promise<Desired> {
  return await load({}, { prefix: `${input.prefix}_f${++count}` });
}

async function equalsAfresh(
  t: TestContext,
  edits: readonly (readonly [how: Desired["how"], path: string, from: string, to: string])[],
): Promise<void> {
  const project = await testDesired(t, files);
  await project.load();
  for (const [how, path, from, to] of edits) {
    const text = (await project.tree.read(path)).toString();
    assert.ok(text.includes(from), `${path}: ${from}`);
    const desired = await project.load({ [path]: text.replace(from, () => to) });
    const what = `${path}: ${from} → ${to}`;
    assert.equal(desired.how, how, what);
    assert.deepEqual(meaning(desired), meaning(await afresh(project)), what);
  }
}

suite("a load that begins with the one before", { skip: needsSuperuser }, () => {
  test("ends as one that begins with nothing, after edits of tables", async (t) => {
    await equalsAfresh(t, [
      ["again", "schema/post.sql", "body text,", "title text not null default 'x', body varchar(80),"],
      ["again", "schema/post.sql", "create index on post (body);", "\n\ncreate index on post (title);"],
      ["again", "schema/post.sql", "check (length(body) < 1000)", "constraint short check (length(body) < 10)"],
      ["again", "schema/blog.sql", "slug slug,", "slug slug not null unique,"],
      ["again", "schema/mood.sql", "('sad', 'glad')", "('sad', 'so so', 'glad')"],
      ["again", "schema/blog.sql", "comment on table blog is 'a blog';", ""],
      [
        "again",
        "schema/post.sql",
        "alter table post enable row level security;",
        "alter table post enable row level security, force row level security;",
      ],
      ["again", "schema/post.sql", "grant select, insert (body) on post", "grant select on post"],
      ["again", "schema/note.sql", "references post (id)", "references post (id) on delete set null"],
      ["again", "schema/note.sql", "post bigint)", "post bigint, at timestamptz default old_now())"],
    ]);
  });

  test("ends as one that begins with nothing, after edits of routines and views", async (t) => {
    await equalsAfresh(t, [
      ["again", "functions/f.sql", "return upper($1)", "return upper($1) || '!'"],
      ["again", "schema/deep.sql", "select n * 2", "select n + n"],
      ["again", "schema/deep.sql", "twice(n int) returns int", "twice(n int) returns bigint"],
      ["again", "schema/deep.sql", "select $1.body", "select upper($1.body)"],
      ["again", "functions/f.sql", "'^[a-z]+$'", "'^[a-z-]+$'"],
      [
        "afresh",
        "functions/f.sql",
        "create function shout(text) returns text",
        "create function shout(text) returns varchar",
      ],
      ["again", "functions/f.sql", "grant execute on function shout", "grant execute on function shout(text)"],
      ["again", "functions/v.sql", "select * from post", "select id, body from post where mood = 'sad'"],
      [
        "again",
        "functions/f.sql",
        "create function atomic()",
        "create function upper(mood) returns text language sql return 'x';\ncreate function atomic()",
      ],
      ["again", "functions/v.sql", "create view loud as select shout(body) as body from recent;", ""],
      ["again", "functions/v.sql", "before update", "after update"],
    ]);
  });

  test("is not tried where only a whole one can tell what comes out", async (t) => {
    const project = await testDesired(t, files);
    await project.load();
    const how = async (changes: Readonly<Record<string, string>>): Promise<string> => (await project.load(changes)).how;
    assert.equal(await how({ "schema/do.sql": "do $$ begin create table made (id int); end $$;" }), "afresh");
    assert.equal(await how({ "schema/x.sql": "create table x (id int);" }), "again");
    assert.equal(await how({ "schema/o.sql": "alter table old add column more text;" }), "afresh");
    assert.equal(await how({ "migrations/2_more.sql": "create table more (id int);" }), "afresh");
    assert.equal(await how({}), "found");
  });

  test("finds mistakes as a whole one does", async (t) => {
    const { load, errors } = await testDesired(t, files);
    await load();
    assert.deepEqual(
      await errors({
        "functions/f.sql": files["functions/f.sql"].replace("upper($1)", "uper($1)").replace("~", "!~~!"),
      }),
      ["WD411 functions/f.sql:1:80 operator does not exist: text !~~! unknown"],
    );
    assert.deepEqual(
      await errors({
        "functions/f.sql": files["functions/f.sql"],
        "schema/post.sql": files["schema/post.sql"].replace("body text,", ""),
      }),
      ['WD411 schema/post.sql:5:43 column "body" does not exist'],
    );
  });
});
