import assert from "node:assert/strict";
import { test } from "node:test";
import { schemaPair, schemaPairBothWays } from "../../../test/support/schema-pair.ts";

const all = `
  create text search parser public.words (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end,
    lextypes = prsd_lextype, headline = prsd_headline);
  create text search template public.plain (init = dsimple_init, lexize = dsimple_lexize);
  create text search dictionary public.first (template = public.plain, stopwords = english, accept = false);
  create text search dictionary public.second (template = pg_catalog.snowball, language = 'english');
  create text search configuration public.search (parser = public.words);
  alter text search configuration public.search add mapping for asciiword, word with public.first, public.second;
  alter text search configuration public.search add mapping for "int" with pg_catalog.simple;
  comment on text search parser public.words is 'p';
  comment on text search template public.plain is 't';
  comment on text search dictionary public.first is 'd';
  comment on text search configuration public.search is 'c';`;

test("parsers, templates, dictionaries and configurations come and go", async (t) => {
  await schemaPairBothWays(t, { before: "", after: all });
});

test("mappings and options change in place, under an index that uses them", async (t) => {
  const rest = `create table public.t (x text);
    create index on public.t using gin (to_tsvector('public.search'::regconfig, x));`;
  const { statements } = await schemaPair(t, {
    before: all + rest,
    after:
      all
        .replace("with public.first, public.second", "with public.second")
        .replace('for "int" with', "for email, host with")
        .replace(", stopwords = english, accept = false", ", accept = true") + rest,
    data: "insert into public.t values ('the cat')",
  });
  assert.deepEqual(statements, [
    "alter text search dictionary public.first (accept = 'true', stopwords)",
    'alter text search configuration public.search drop mapping for "int"',
    "alter text search configuration public.search\n  alter mapping for asciiword, word\n  with public.second",
    "alter text search configuration public.search\n  add mapping for email, host\n  with simple",
  ]);
});

test("a configuration with another parser is made again", async (t) => {
  await schemaPair(t, {
    before: "create text search configuration public.c (copy = pg_catalog.english)",
    after: `${all} create text search configuration public.c (parser = public.words)`,
  });
});
