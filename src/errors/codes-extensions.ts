import type { CodeEntry } from "./code-entry.ts";

/** Codes of native extensions; see codes.ts for the ranges. */
export const extensionCodes = {
  WD700: {
    title: "no such extension",
    explanation:
      "Nobody who was asked knows an extension of this name: neither the server itself, nor Debian's packages for this major, nor " +
      "PGXN. Names are those that `create extension` takes (vector, not pgvector; common other names are understood). " +
      "`howdah search WORD` shows what there is; an extension that stands nowhere is built from its source: " +
      "`howdah add NAME --from GIT-URL`.",
    exitCode: 2,
  },
  WD701: {
    title: "an extension is not there for this server",
    explanation:
      "The extension is known, and none of the sources has it for this major of Postgres on this platform, or nothing can be added " +
      "to this server at all. Another major may have it, another provider, or it can be built from its source.",
    exitCode: 1,
  },
  WD703: {
    title: "an extension needs a newer C library",
    explanation:
      "Debian builds its packages for its own C library. Calls that only differ in name are rewritten, so that most extensions " +
      "load on older systems, too; this one calls something that the machine's C library does not have. Nothing was " +
      'installed. provider = "deb" brings its own C library, or build the extension here: `howdah add NAME --from GIT-URL`.',
    exitCode: 1,
  },
  WD704: {
    title: "an extension needs libraries that are not installed",
    explanation:
      "A server that is not from Debian's packages takes other libraries from the machine it runs on. The detail names those that are " +
      "missing, with the package that brings them. Nothing was installed. A container's image has to have them as well.",
    exitCode: 1,
  },
  WD705: {
    title: "an extension can't be loaded",
    explanation:
      "Before extensions are used, each of their libraries is loaded once into a server that is thrown away. This one could not be: the " +
      "detail says what Postgres said. Nothing was installed or changed.",
    exitCode: 1,
  },
  WD706: {
    title: "howdah.lock does not fit howdah.toml",
    explanation:
      "howdah.lock says exactly which extensions are used. What howdah.toml asks for has changed since it was written, or it lacks " +
      "this platform. `howdah lock` writes it anew, where you develop: commit it. Production (HOWDAH_ENV=production) takes what it says " +
      "and chooses nothing itself; `howdah lock --check` is for CI and changes nothing.",
    exitCode: 3,
  },
  WD707: {
    title: "an extension is still needed",
    explanation:
      "Something needs what the extension brought: another extension, a column of one of its types, an index, a function. The detail " +
      "lists it. Nothing was removed. Remove that first; in the database, a migration drops it.",
    exitCode: 3,
  },
  WD708: {
    title: "an extension needs a restart",
    explanation:
      "The extension has a library that the server loads at its start (shared_preload_libraries), and it runs without it. A cluster of " +
      "howdah's own is restarted in development by the command that adds it. In production, and on other servers, the restart is yours " +
      "to choose; until then nothing of the assembly is done.",
    exitCode: 3,
  },
  WD709: {
    title: "an extension may not be created by this role",
    explanation:
      "Extensions that are not trusted are created by a superuser, or by a role to which the server's provider gave that privilege. " +
      "Nothing was done. Have an administrator create it once, in this database; howdah then finds it there.",
    exitCode: 3,
  },
  WD710: {
    title: "an extension can't be updated to the locked version",
    explanation:
      "`alter extension … update` goes along scripts from version to version, and there is no chain of them from the version in the " +
      "database to the one in howdah.lock: mostly because the database is newer. Nothing was changed.",
    exitCode: 3,
  },
  WD711: {
    title: "the server does not have an extension",
    explanation:
      "howdah.toml names an extension, and the server that the project is deployed to has none of its files, or another version. howdah " +
      "adds files to clusters of its own only. Install it there (on standbys as well), or, on a managed server, enable it.",
    exitCode: 3,
  },
  WD712: {
    title: "an extension can't be created",
    explanation:
      "Postgres refused to create or update the extension, for the reason in the detail. Nothing was changed.",
    exitCode: 1,
  },
  WD713: {
    title: "an extension does not compile",
    explanation:
      "An extension is built by make, against the headers of the server's major. The detail is the end of what was said; the whole of it " +
      "is in the file that it names. A compiler, make and what the extension needs besides have to be installed. Nothing was installed.",
    exitCode: 1,
  },
  WD714: {
    title: "the files of Postgres are not found",
    explanation:
      "To add or build extensions, howdah has to know where the server's own are: SHAREDIR and PKGLIBDIR, and, for a build, its headers. " +
      "They are looked for beside its programs. The detail says what is missing.",
    exitCode: 1,
  },
  WD715: {
    title: "the project does not have this extension",
    explanation:
      "The command is about an extension that [extensions] of howdah.toml does not name. `howdah tree` shows what is there.",
    exitCode: 2,
  },
  WD716: {
    title: "there is nothing to go back to",
    explanation:
      "`howdah rollback` switches to the extensions that the project had before the last change on this machine, and there was none.",
    exitCode: 2,
  },
  WD717: {
    title: "a name can't be that of an extension",
    explanation:
      "The name of an extension is also that of its control file: it has no slash or backslash, no control characters, no dot or " +
      "hyphen in front and none of these behind it, no two hyphens in a row, and at most 63 characters. What the control file of an " +
      "extension says that it needs is held to the same. Nothing was fetched or written under it.",
    exitCode: 2,
  },
} as const satisfies Readonly<Record<string, CodeEntry>>;
