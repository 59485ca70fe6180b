import type { CodeEntry } from "./code-entry.ts";

/** Codes of the postgres part; see codes.ts for the ranges. */
export const postgresCodes = {
  WD201: {
    title: "Postgres can't be reached",
    explanation:
      "No connection could be made, or an open one broke. Is the server running, and are host and port right? While it " +
      "is away, requests are answered with 503 and Retry-After; howdah connects again by itself. A request that was " +
      "under way when the connection broke is never sent a second time: it may have been committed.",
    exitCode: 1,
    status: 503,
  },
  WD202: {
    title: "Postgres refuses the connection",
    explanation:
      "A server answered and said no: a wrong password, a role or database that does not exist, no matching line in " +
      "pg_hba.conf, too many connections, or a TLS certificate that does not prove the host's name. The detail is the " +
      "server's own. For a certificate of your own authority, name its file with sslrootcert in the URL; sslmode=require " +
      "encrypts without checking whom you talk to.",
    exitCode: 1,
    status: 503,
  },
  WD203: {
    title: "a statement failed",
    explanation: "Postgres refused a statement. The message, detail and hint are its own, passed through unchanged.",
    exitCode: 1,
    status: 500,
  },
  WD204: {
    title: "a Postgres URL can't be read",
    explanation:
      "The address of a database has the form postgres://user:password@host:5432/database?sslmode=verify-full. Characters " +
      "such as / ? # @ : and % inside the user, password or database are written as %2F %3F %23 %40 %3A %25. A Unix socket " +
      "is given by its folder: postgres://user@/database?host=/run/postgresql. The URL itself is never printed, because it " +
      "may hold a password.",
    exitCode: 2,
  },
  WD205: {
    title: "no connection became free",
    explanation:
      "All connections of the pool were in use for longer than a request may wait. Slow statements are the usual reason: " +
      "look at pg_stat_activity. If the database has room for more, raise the pool's size.",
    exitCode: 1,
    status: 503,
  },
  WD206: {
    title: "too many requests wait for a connection",
    explanation:
      "The queue in front of the pool is full, so the request was turned away at once instead of waiting for an answer that " +
      "would come too late. It is safe to send it again: nothing was done.",
    exitCode: 1,
    status: 503,
  },
  WD207: {
    title: "the request was cancelled",
    explanation:
      "Whoever asked went away before the answer was there. The statement was cancelled and its transaction rolled back.",
    exitCode: 1,
    status: 499,
  },
  WD208: {
    title: "the request took too long",
    explanation:
      "The statements of a request ran into the time limit. They were cancelled and rolled back. An index may be missing, " +
      "or another transaction holds a lock: pg_stat_activity and pg_locks show it. Long work belongs into a job.",
    exitCode: 1,
    status: 504,
  },
  WD209: {
    title: "a request can't take its role",
    explanation:
      "The role or a setting that the request asked for was refused by Postgres: the role does not exist, or the pool's " +
      "login is not a member of it. `none` is never a request's role, because it means the login itself.",
    exitCode: 1,
    status: 403,
  },
  WD210: {
    title: "the pool is closed",
    explanation: "The server is shutting down: what was under way is finished, nothing new is begun.",
    exitCode: 1,
    status: 503,
  },
  WD211: {
    title: "a name or text can't stand in SQL",
    explanation:
      "Postgres has no way to hold this value: names have 1 to 63 bytes and, like every text, no NUL character; a statement " +
      "has at most 65,535 parameters. Longer names would be cut off and could then mean another object, so they are refused.",
    exitCode: 1,
    status: 400,
  },
  WD212: {
    title: "a request or its answer is too large",
    explanation:
      "What goes to or comes from Postgres in one request is held in memory and therefore bounded. Ask for fewer rows, or " +
      "send less at once.",
    exitCode: 1,
    status: 413,
  },
  WD213: {
    title: "a statement that a request can't run",
    explanation:
      "A request is one transaction in one round trip. COPY, and statements that begin or end a transaction, do not fit into " +
      "it. Leave begin, commit and rollback away; move bulk loading into a job or a command.",
    exitCode: 1,
    status: 500,
  },
} as const satisfies Readonly<Record<string, CodeEntry>>;
