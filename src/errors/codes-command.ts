import type { CodeEntry } from "./code-entry.ts";

/** Codes of the command part; see codes.ts for the ranges. */
export const commandCodes = {
  WD001: {
    title: "unexpected failure",
    explanation:
      "Something failed that howdah has no name for. The message is the original one; run the command again with " +
      "HOWDAH_DEBUG=1 to see the stack. Please report it: every failure should have a code of its own.",
    exitCode: 1,
    status: 500,
  },
  WD002: {
    title: "wrong usage of a command",
    explanation:
      "A command, an option or an argument is not one that howdah knows, or one is missing. Nothing was done. " +
      "`howdah --help` lists the commands, `howdah COMMAND --help` what one of them takes; where a name was mistyped, " +
      "the hint says which one is nearest.",
    exitCode: 2,
  },
  WD003: {
    title: "init would overwrite files",
    explanation:
      "`howdah init` creates the files of a new project, and some of that name stand in the folder already. Nothing was " +
      "written. Choose another folder, or move the files that the detail lists out of the way. A fresh repository is no " +
      "hindrance: its README.md, AGENTS.md and .gitignore are kept, and files that init does not create don't matter.",
    exitCode: 3,
  },
  WD004: {
    title: "a yes is needed",
    explanation:
      "The command is about to destroy something and asks first. It can only ask on a terminal; in a script, a pipe or CI " +
      "nobody could answer, so it stops instead of guessing. Read what it says it would do, then give --yes.",
    exitCode: 3,
  },
  WD005: {
    title: "unknown error code",
    explanation:
      "`howdah explain` knows the codes that howdah itself gives: WD and three digits, as they stand in its messages. Codes " +
      "of five characters from Postgres (such as 23505) are listed in the PostgreSQL manual, appendix A.",
    exitCode: 2,
  },
  WD006: {
    title: "a client program of Postgres is missing",
    explanation:
      "dump and restore are done by pg_dump and pg_restore, which must not be older than the server. The embedded Postgres " +
      'comes without them. They are found with the project\'s own Postgres (provider "deb" or "system"), or on PATH; the ' +
      'detail lists what was looked at. The shortest way on Linux is `provider = "deb"` below [postgres] in ' +
      "howdah.toml; otherwise install your system's PostgreSQL client package of that major.",
    exitCode: 1,
  },
  WD007: {
    title: "a client program of Postgres failed",
    explanation:
      "psql, pg_dump or pg_restore ended with an error; its own message stands above. A dump that failed is removed, so that " +
      "no half of one is taken for a backup. A restore runs in one transaction: when it fails, nothing has changed.",
    exitCode: 1,
  },
  WD008: {
    title: "the name can't be part of a file name",
    explanation:
      "The name becomes part of a file name: letters, digits, spaces, - and _ are allowed and are written in lower case " +
      "with underscores: `howdah new migration add deleted_at` creates 2_add_deleted_at.sql.",
    exitCode: 2,
  },
  WD009: {
    title: "the file exists already",
    explanation:
      "`howdah dump` never overwrites a file: it could be the only good backup; nor does `howdah new`. Name another one, or " +
      "remove it first.",
    exitCode: 3,
  },
  WD010: {
    title: "the folder doesn't exist",
    explanation: "The folder given by -C (--cwd) is not there, or is a file. Nothing was done.",
    exitCode: 2,
  },
  WD011: {
    title: "the dump can't be read",
    explanation:
      "`howdah restore` takes a file written by `howdah dump` (pg_dump's custom format) or plain SQL ending in .sql. The " +
      "file is missing, can't be opened, or is neither.",
    exitCode: 1,
  },
  WD012: {
    title: "the database is not empty",
    explanation:
      "`howdah restore` reads a dump into a database that has no relations of its own yet: mixing two states is how data " +
      "gets lost. In development `howdah restore --replace` drops what is there first (it says what, and asks).",
    exitCode: 3,
  },
  WD013: {
    title: "the template of a new project is damaged",
    explanation: "Files that `howdah init` copies are missing from the installed package. Install howdah again.",
    exitCode: 1,
  },
  WD014: {
    title: "no terminal to ask on",
    explanation:
      "`howdah psql` without a terminal reads statements from standard input. There was neither a terminal nor any input.",
    exitCode: 2,
  },
  WD015: {
    title: "an interrupted restore left a database behind",
    explanation:
      "`howdah restore --replace` renames the old database to NAME_before_restore, restores into a new one and only then " +
      "drops the old. A restore that was killed in between left it there. It may be the only copy, so howdah does not touch " +
      "it: connect to it, decide, and drop it, or drop the new database and rename this one back.",
    exitCode: 3,
  },
  WD016: {
    title: "the project can't be created there",
    explanation:
      "`howdah init` could not make the folder, or write into it: it is not yours, lies on a file system that can't be " +
      "written (such as /proc), or the disk is full. The detail is the system's own message. Whatever had been made was " +
      "removed again. Choose a folder that you may write to.",
    exitCode: 1,
  },
  WD017: {
    title: "there is nothing of that name to move",
    explanation:
      "`howdah schema adopt` moves tables, views, sequences and types that a migration has made into files of schema/. The " +
      "name is nothing of that sort in the database, or a file declares it already. Write it as SQL does, with its schema " +
      "unless that is public.",
    exitCode: 2,
  },
} as const satisfies Readonly<Record<string, CodeEntry>>;
