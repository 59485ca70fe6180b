import type { CodeEntry } from "./code-entry.ts";

/** Codes of the provision part; see codes.ts for the ranges. */
export const provisionCodes = {
  WD370: {
    title: "the supervisor can't be started or reached",
    explanation:
      "Each project with a cluster of its own has one small supervisor process, which starts Postgres, watches it and " +
      "stops it when no howdah holds it any more. It could not be started, or it holds its lock and does not answer. " +
      "The detail says what it printed. Check that the project's .howdah folder can be written and that node is " +
      "version 24 or newer; howdah doctor names the process, and ending it frees the lock.",
    exitCode: 1,
  },
  WD371: {
    title: "the data directory belongs to another major version",
    explanation:
      "A data directory is written by one major version of PostgreSQL and can't be read by another. howdah.toml asks for " +
      "a version of another major than the one that made the project's data, so nothing was started and nothing was " +
      "touched. Either set the old version again, or move the data: howdah dump before.dump with the old version set " +
      '(and provider = "deb", which brings pg_dump and pg_restore along; the embedded Postgres has neither); ' +
      "then, with the new one set, howdah reset --empty, which drops the old cluster and assembles nothing, and howdah " +
      "restore before.dump. Where the data may go, howdah reset drops it and assembles the project anew. In production " +
      "reset is refused: there, move .howdah/data aside instead.",
    exitCode: 3,
  },
  WD372: {
    title: "the data directory can't be used",
    explanation:
      "The project's data directory has modes or an owner with which Postgres refuses to start (it must belong to the " +
      "user that the server runs as, mode 0700 or 0750), or the folder holds something else than a data directory. " +
      "This happens after copying a project, after sudo, or after a chmod of the whole tree. howdah doctor --fix " +
      "repairs modes, and owners when it runs as root; a folder of other files is left for you to look at.",
    exitCode: 1,
  },
  WD373: {
    title: "the cluster belongs to another user",
    explanation:
      "Sockets and password of a cluster are private to the user who started it first. Run howdah as that user, or, " +
      "after stopping it, give the whole .howdah folder to the other one with chown -R.",
    exitCode: 1,
  },
  WD374: {
    title: "another server runs on the data directory",
    explanation:
      "A Postgres that howdah did not start (pg_ctl, a service, a container) runs on the project's data directory. Two " +
      "servers on one directory would destroy it, and stopping somebody's server is not howdah's to do. Stop it the way " +
      "it was started. A server that a killed howdah left behind is recognized by its private socket and stopped.",
    exitCode: 1,
  },
  WD375: {
    title: "the data directory could not be made",
    explanation:
      "initdb, or the step that sets the cluster's generated password, failed; its own message is the detail. Common " +
      "reasons are a full disk, a missing shared library of a Postgres from elsewhere, and containers whose user id " +
      "has no line in /etc/passwd. Nothing half-made is left: the next start begins again.",
    exitCode: 1,
  },
  WD376: {
    title: "no unprivileged user to run Postgres as",
    explanation:
      "Postgres refuses to run as root. When howdah runs as root, server and supervisor run as the owner of the data " +
      "directory, else as “postgres”, else as “nobody”; none of them exists here. Run howdah as an ordinary user, or " +
      "add one: useradd --system postgres.",
    exitCode: 1,
  },
  WD377: {
    title: "the programs of Postgres are out of reach",
    explanation:
      "howdah runs as root and the server as an unprivileged user, who must be able to pass every folder on the way to " +
      "the programs. One of them is closed (the detail names it), as /root is. Open it with chmod o+x, or set " +
      "HOWDAH_CACHE to a folder that everybody can pass; the default for root, /var/cache/howdah, is one.",
    exitCode: 1,
  },
  WD378: {
    title: "a server setting that can't be set",
    explanation:
      "Settings in howdah.toml are passed on to Postgres, except for those that the supervisor needs to find, guard and " +
      "stop the server: port, listen_addresses, unix_socket_*, the places of its files and the destination of its log. " +
      "A name must be one that Postgres could know: letters, digits, underscores. Where all of it must be free, run the " +
      "server yourself and use the provider “url”.",
    exitCode: 2,
  },
  WD379: {
    title: "no free port",
    explanation:
      "Each cluster takes one loopback port, for graphical clients: the one it had before when that is free, else the " +
      "next free one. None of 500 was. A process that listens on very many ports, or a container without a loopback " +
      "interface, is the likely reason. The file .howdah/port holds the port that the cluster begins with.",
    exitCode: 1,
  },
  WD380: {
    title: "Postgres does not start",
    explanation:
      "Postgres was launched and ended before it accepted connections. The detail is the end of its log, " +
      ".howdah/postgres.log: a setting that it does not know, a library to preload that is missing, a full disk. Once a " +
      "cluster has run, its supervisor goes on trying; only a first start that fails is given up.",
    exitCode: 1,
  },
  WD381: {
    title: "the running cluster has another version",
    explanation:
      "The project's cluster is running, started by another howdah, with another version than this command resolved: " +
      "howdah.toml or howdah.lock was changed meanwhile. End the other howdah; the next start takes the new version.",
    exitCode: 3,
  },
  WD382: {
    title: "no such Postgres on this machine",
    explanation:
      "The provider “system” uses a PostgreSQL that is installed already: on PATH, in /usr/lib/postgresql/N/bin, from " +
      "PGDG, Homebrew or the Windows installer. None of those found has the version that howdah.toml asks for; the " +
      "detail lists them. Install it, ask for one of those, or use the provider “embedded”, which brings its own.",
    exitCode: 1,
  },
} as const satisfies Readonly<Record<string, CodeEntry>>;
