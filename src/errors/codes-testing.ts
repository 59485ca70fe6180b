import type { CodeEntry } from "./code-entry.ts";

/** Codes of `howdah test` and `howdah types`; see codes.ts for the ranges. */
export const testingCodes = {
  WD480: {
    title: "an assertion of a test failed",
    explanation:
      "A SQL test asserted something that is not so: test.equal and its kin show what was expected and what was found, " +
      "`assert` of PL/pgSQL its message. The code frame shows the statement; where one of your own routines raised it, " +
      "the routine's line, with the test's below.",
    exitCode: 1,
  },
  WD481: {
    title: "a select of a test is not true",
    explanation:
      "In a SQL test a select of one boolean column is an assertion: it has to have a row, and to be true in each. Give " +
      'the column a name to say what is claimed: select count(*) = 3 as "three are left" from …. A function that only ' +
      "happens to return a boolean is called by `do $$ begin perform … end $$`.",
    exitCode: 1,
  },
  WD482: {
    title: "a test of pgTAP failed",
    explanation:
      "A function of pgTAP said `not ok`, or fewer or more tests ran than plan() said. Expected (want) and found (have) are " +
      "shown where pgTAP tells them.",
    exitCode: 1,
  },
  WD483: {
    title: "the project has a schema named test",
    explanation:
      "`howdah test` puts its assertions (test.equal, test.throws …) into a schema named test, in the databases of tests " +
      "only. The project makes a schema of that name itself, and neither may stand in the other's way. Rename yours.",
    exitCode: 3,
  },
  WD484: {
    title: "the role may create no databases",
    explanation:
      "Each test has a database of its own, which is made and dropped by the role of the url. That role lacks CREATEDB. An " +
      "administrator may give it (alter role NAME createdb). Or let the url stand below [environments.production.postgres] " +
      "alone: tests, and development, then run on a Postgres that howdah provisions.",
    exitCode: 3,
  },
  WD485: {
    title: "the template of the tests is in use",
    explanation:
      "The databases of tests are copies of a template, and Postgres copies no database that somebody is connected to. End " +
      "the session that the detail tells of; `select * from pg_stat_activity` shows whose it is.",
    exitCode: 1,
  },
  WD486: {
    title: "there is no such test",
    explanation:
      "Tests are the files of tests/ that end in .sql, .ts, .js, .mts or .mjs, in folders of any depth; names that begin with " +
      "an underscore are left out, files and folders alike: they are for tests to import. `howdah new test NAME` makes one.",
    exitCode: 1,
  },
  WD487: {
    title: "coverage can't be measured here",
    explanation:
      "Which lines of PL/pgSQL ran is measured by the profiler of the extension plpgsql_check, loaded into the sessions of SQL " +
      "tests. The server does not have that extension, or the role that connects may not load it: that takes a superuser, " +
      "as on a cluster of howdah's own. howdah does not rewrite your functions to count lines.",
    exitCode: 1,
  },
  WD488: {
    title: "tests don't run in production",
    explanation:
      "`howdah test` runs in the environment test, with what howdah.toml says below [environments.test]. HOWDAH_ENV said " +
      "production: a server of production is no place for databases that come and go.",
    exitCode: 3,
  },
  WD489: {
    title: "a file of tests failed outside of its tests",
    explanation:
      "A TypeScript file of tests/ could not be loaded, or its process ended before or behind its tests with an error. Its own " +
      "message is shown. Tests that had run until then count.",
    exitCode: 1,
  },
  WD478: {
    title: "the file of types is out of date",
    explanation:
      "`howdah types --check` compared the file with the types of the assembled project, and they differ: something was " +
      "changed without `howdah types` being run, or somebody edited the file. Run `howdah types` and commit what it writes.",
    exitCode: 1,
  },
  WD479: {
    title: "there is no such schema",
    explanation:
      "`howdah types --schema NAME` describes schemas of the assembled project, and none has that name. Postgres's own " +
      "schemas and howdah's can't be described.",
    exitCode: 2,
  },
} as const satisfies Readonly<Record<string, CodeEntry>>;
