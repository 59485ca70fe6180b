import type { CodeEntry } from "./code-entry.ts";

/** Codes of the project part; see codes.ts for the ranges. */
export const projectCodes = {
  WD101: {
    title: "a TOML file can't be read as TOML",
    explanation:
      "The file breaks the grammar of TOML 1.0 at the place shown. Common reasons: a string without quotes, a key that " +
      "stands twice, a comma after the last entry of an inline table, a line break inside of one. Nothing was " +
      "changed; correct the line and run the command again.",
    exitCode: 1,
  },
  WD102: {
    title: "a key is not known",
    explanation:
      "A key or table stands in howdah.toml that nothing reads. It is an error and not a warning, because a mistyped " +
      "setting that is silently ignored is found out in production. Correct the name, or remove the key. The table " +
      "of a capability from npm is only known when `capabilities` names that package.",
    exitCode: 1,
  },
  WD103: {
    title: "a setting has the wrong value",
    explanation:
      "The value of a key is of the wrong type, out of range, or not one of those that are possible; the message says " +
      'what is expected. Sizes are written as "1 MiB" or "64 kB" (kB, MB, GB are powers of 1000, KiB, MiB, GiB of ' +
      '1024) or as a number of bytes, durations as "500 ms", "10 s", "5 min", "1 h".',
    exitCode: 1,
  },
  WD104: {
    title: "an environment variable is missing",
    explanation:
      'howdah.toml takes a value from the environment, with `{ env = "NAME" }`, so that a secret does not stand in ' +
      "version control; but that variable is not set. Set it where howdah is started, or write NAME=value into the " +
      "file .env beside howdah.toml, which is read in addition and never overrides the real environment.",
    exitCode: 1,
  },
  WD105: {
    title: "no project here",
    explanation:
      "A project is a folder with a howdah.toml. Commands look for it in the current folder and then in each folder " +
      "above. Change into the project, or make a new one with `howdah init`.",
    exitCode: 2,
  },
  WD106: {
    title: "a file of the project can't be read",
    explanation:
      "The operating system refused to read or write the file; the detail is its own message. Usually the permissions " +
      "of the file or its folder are those of another user.",
    exitCode: 1,
  },
  WD107: {
    title: "the project's name can't be used",
    explanation:
      'Database and roles are named after the project: "guestbook" gives the database guestbook and the roles ' +
      "guestbook_owner, guestbook_authenticator and guestbook_service. A name therefore begins with a letter, " +
      "consists of lower-case letters, digits and underscores, and has at most 40 characters (Postgres cuts names at " +
      "63 bytes). Where howdah.toml gives no name, the folder's name is taken.",
    exitCode: 1,
  },
  WD108: {
    title: "this version of Postgres is not served",
    explanation:
      "howdah serves PostgreSQL 15, 16, 17 and 18; older ones only as the source of an upgrade. Write the major, " +
      'as in postgres = "18", for its newest minor release, or an exact release, as in postgres = "17.10".',
    exitCode: 1,
  },
  WD109: {
    title: "the environment is not known",
    explanation:
      "HOWDAH_ENV (or the option of the command) names an environment that howdah.toml has no table for. The names " +
      "development, production and test always exist; others need [environments.NAME], which may be empty. It is an " +
      "error, because a mistyped name would otherwise run with the wrong settings.",
    exitCode: 2,
  },
  WD110: {
    title: "howdah.toml can't be changed at this place",
    explanation:
      "A command was to set a key of howdah.toml, but on the way to it stands something that is not a table: a plain " +
      "value, an array, or a whole table where a value was to be written. howdah only changes what it can change " +
      "without losing what you wrote; make the change by hand.",
    exitCode: 1,
  },
  WD111: {
    title: "howdah.lock is damaged",
    explanation:
      "howdah.lock says which exact versions were resolved, with their hashes. It is written by howdah alone and does " +
      "not have the form that howdah writes. Take the version of it from version control; if there is none, delete " +
      "it: versions are then resolved anew, and may be newer ones.",
    exitCode: 1,
  },
  WD112: {
    title: "howdah.lock has merge conflicts",
    explanation:
      "Two branches changed howdah.lock, and version control left its conflict markers in it. Take either side whole " +
      "(`git checkout --ours howdah.lock` or `--theirs`), then run `howdah run`: what howdah.toml asks for and the " +
      "lock does not hold is resolved again.",
    exitCode: 1,
  },
  WD113: {
    title: "howdah.lock was written by a newer howdah",
    explanation:
      "The format of howdah.lock is newer than this howdah understands. Someone of your team uses a newer version: " +
      "install that one (`npm install howdah@latest`), rather than deleting the file.",
    exitCode: 1,
  },
  WD121: {
    title: "there is no such file in the project",
    explanation:
      "The path names no file of the project that may be seen. Files and folders whose name begins with a dot, " +
      "node_modules, and links that lead out of the project's folder are never seen.",
    exitCode: 1,
    status: 404,
  },
  WD122: {
    title: "this is not a path of the project",
    explanation:
      'Paths are relative to the project\'s folder, with forward slashes, without "." and "..", without empty ' +
      "segments, backslashes and control characters. Anything else is refused before the disk is asked.",
    exitCode: 1,
    status: 404,
  },
  WD123: {
    title: "a file changed while it was read",
    explanation:
      "The file became shorter, or vanished, between the moment its size was known and its last byte. What was sent " +
      "of it is incomplete and is broken off. Request it again.",
    exitCode: 1,
    status: 503,
  },
  WD124: {
    title: "the project's files can't be watched by events",
    explanation:
      "The operating system has no more file watches for this user. On Linux the limits are fs.inotify.max_user_watches " +
      "and fs.inotify.max_user_instances (`sysctl fs.inotify`). howdah goes on by looking at every file twice a " +
      "second, which takes more of the processor and notices changes later. Raise the limit, for example with " +
      "`sysctl fs.inotify.max_user_watches=524288`, and start again.",
    exitCode: 1,
  },
} as const satisfies Readonly<Record<string, CodeEntry>>;
