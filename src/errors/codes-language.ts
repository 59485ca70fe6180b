import type { CodeEntry } from "./code-entry.ts";

/** Codes of functions in other languages than SQL, and of the worker that runs them; see codes.ts for the ranges. */
export const languageCodes = {
  WD490: {
    title: "a file of functions/ can't be parsed",
    explanation:
      "The file is not valid in its language; the position is where its parser stopped. Nothing was executed: the last " +
      "good version goes on serving.",
    exitCode: 1,
  },
  WD491: {
    title: "a type has no counterpart in SQL",
    explanation:
      "The signature of a routine comes from the types of its function. number is double precision, bigint is bigint, " +
      "string is text, boolean is boolean, Date is timestamptz, Uint8Array is bytea, objects and unknown are jsonb, " +
      "T[] is an array, T | null takes nulls. For any other type of SQL import a name from howdah/sql, or write the " +
      "signature itself on a line before the function: `// sql: (a integer, b public.mood) returns text` " +
      "(`# sql:` in Python).",
    exitCode: 1,
  },
  WD492: {
    title: "a sql header can't be read",
    explanation:
      "A line that begins with `sql:` in a comment before a function is its signature, as create function has it, " +
      "from the parameters on: `// sql: (a integer, b text default 'x') returns setof public.thing stable`. Every " +
      "parameter needs a name.",
    exitCode: 1,
  },
  WD493: {
    title: "a function can't become a routine",
    explanation:
      "Every exported function of a .js or .ts file in functions/, and every top-level function of a .py file, " +
      "becomes a routine of the database. This one can't: a parameter has no name or no type, or the function is of a " +
      "kind that a routine can't be. Files and folders whose name begins with _ hold code for others, and no routines; " +
      "so do functions whose name begins with _.",
    exitCode: 1,
  },
  WD494: {
    title: "a language is not available in this database",
    explanation:
      "A file of functions/ is in a language that the server does not have, or that the deploying role may not use: " +
      "functions in untrusted languages can be made by superusers only. Install the language in a migration (`create " +
      "extension plperl`), where the server has it, or write the function in another language.",
    exitCode: 3,
  },
  WD495: {
    title: "the worker can't be used with this database",
    explanation:
      "Functions in TypeScript, JavaScript and Python run in a worker process beside the server, unless the database has " +
      "their language itself. Postgres calls it over dblink: the extension must be there, or the connected role must be " +
      "allowed to make it, and the database must reach this machine. On the same machine it does; for a database " +
      "elsewhere, name the address under which it reaches this machine: [worker] host in howdah.toml.",
    exitCode: 3,
  },
  WD496: {
    title: "an import can't be resolved",
    explanation:
      "What a function imports is bundled with it: files of the project and packages from node_modules. This import leads " +
      "nowhere, or to something that can't be bundled, e.g. a native addon. Functions that run in the database itself " +
      "(pljs) have no modules of Node: write @worker in the file's first comment to run it in the worker.",
    exitCode: 1,
  },
  WD497: {
    title: "the worker does not start",
    explanation:
      "The process that runs functions in TypeScript, JavaScript and Python could not be started, or could not listen at " +
      "its port. In production it listens where the database was told to call it: howdah migrate tells it.",
    exitCode: 3,
  },
  WD498: {
    title: "a file of functions/ defines nothing",
    explanation:
      "No function in the file becomes a routine: nothing is exported, or no header names one. In .js and .ts files " +
      "export the functions; in other languages write `sql: (a integer) returns text` in a comment. A file that only " +
      "serves others begins with _ or lies outside functions/.",
    exitCode: 1,
  },
} as const satisfies Readonly<Record<string, CodeEntry>>;
