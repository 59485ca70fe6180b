import type { CodeEntry } from "./code-entry.ts";

/** Codes of what the REST interface has beyond PostgREST; see codes.ts for the ranges. */
export const restCodes = {
  WD670: {
    title: "no such operator of distance",
    explanation:
      'order=COLUMN.op(OPERATOR)."VALUE" sorts by an operator that the database has for the type of the column, and ' +
      "that tells how far two values are apart: those that an index can sort by, and those named like <-> that return " +
      "a number. The hint lists the ones there are. Extensions (vector, pg_trgm, postgis) bring more of them; after " +
      '`create extension` the schema cache has to be read again. VALUE is read as the type of the column, "VALUE"::TYPE ' +
      "chooses another one.",
    exitCode: 1,
    status: 400,
  },
  WD671: {
    title: "a cursor can't be read",
    explanation:
      "after=CURSOR goes on behind the last row of a page. A cursor belongs to one relation and one order: it comes out " +
      "of the Link header of the page before, and holds no longer where the request is sorted in another way. Begin again " +
      "with an empty after=.",
    exitCode: 1,
    status: 400,
  },
  WD672: {
    title: "the rows can't be paged by key",
    explanation:
      "after= needs rows that have one place each in their order: a relation with a primary key (or a view that shows one), " +
      "read by GET as JSON, without offset, Range, aggregates or distinct. The detail says which of that is not so.",
    exitCode: 1,
    status: 400,
  },
  WD673: {
    title: "distinct is not possible here",
    explanation:
      "distinct= is for the resource itself and for embedded ones that are shown as JSON, not for spreads, whose columns " +
      "belong to the rows around them.",
    exitCode: 1,
    status: 400,
  },
  WD674: {
    title: "rows to be changed are not there",
    explanation:
      "PATCH with match= changes each row that the body names by its key, all of them or none. For those that the detail " +
      "names, ten at most, there is no row that the request may change: it does not exist, the filters leave it out, or row " +
      "security keeps it from the role.",
    exitCode: 1,
    status: 404,
  },
  WD675: {
    title: "rows can't be matched with the body",
    explanation:
      "PATCH with match=COLUMNS, or match=* for the primary key, takes a list of objects: each names its row by the values of " +
      "these columns, once, and has at least one other column that is set. The detail says which of that is not so.",
    exitCode: 1,
    status: 400,
  },
  WD676: {
    title: "a batch can't be read",
    explanation:
      "A batch is a JSON array of requests, POSTed to the root of the REST interface: " +
      '[{"method": "PATCH", "path": "/film?id=eq.1", "headers": {"prefer": "return=minimal"}, "body": {"title": "x"}}]. ' +
      "Each has a method and a path below the mount; headers and body may be left out. There are as many of them as " +
      "batch_requests below [rest] says, at most, and no more than the limit of the role lets through at once.",
    exitCode: 1,
    status: 400,
  },
  WD677: {
    title: "a request can't be part of a batch",
    explanation:
      "All requests of a batch run in one transaction and as one role. What is of the whole transaction is said once, by the " +
      "batch's own headers: Authorization, Prefer: tx= and timezone=. The description, OPTIONS, execution plans, bodies that are " +
      "bytes, If-Match, functions with hoisted settings, and, where something is written, functions that are called by GET though they " +
      "may write, are asked for alone.",
    exitCode: 1,
    status: 400,
  },
  WD678: {
    title: "too many requests",
    explanation:
      "The role has a limit of requests below [rest.limits] in howdah.toml, and whoever asked has used it up: the requests of " +
      "one subject of tokens, of one address without one, or of the whole role. Retry-After says in how many seconds the " +
      "next one is let through.",
    exitCode: 1,
    status: 429,
  },
  WD679: {
    title: "strangers reach a table without row security",
    explanation:
      "The anonymous role has a grant on a table of an exposed schema, and the table has no row security: whoever finds the " +
      "address may read, or change, each of its rows. That may be meant; then a policy that says so (`using (true)`) ends the " +
      "warning. `howdah run` and `howdah migrate` tell it behind an assembly, `howdah doctor` when it is asked, the log of " +
      "production when it starts.",
    exitCode: 1,
  },
  WD680: {
    title: "what is to be changed is not what was read",
    explanation:
      "The request has If-Match, with the ETag of what a GET of the same address answered; by now it would answer something " +
      "else, or somebody changes the same rows at this moment, or that answer holds only some of the rows. Nothing was changed. " +
      "Read it again, by filters where it is cut off, and decide again.",
    exitCode: 1,
    status: 412,
  },
} as const satisfies Readonly<Record<string, CodeEntry>>;
