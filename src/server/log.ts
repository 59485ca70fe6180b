import type { FastifyBaseLogger } from "fastify";
import { pino, type DestinationStream } from "pino";
import type { Log } from "../capability/index.ts";
import { printable } from "../errors/index.ts";

export interface LogOptions {
  readonly mode: "development" | "production";
  /** "info" by default; "silent" for none. */
  readonly level?: "debug" | "info" | "warn" | "error" | "silent" | undefined;
  /** Where lines go: standard error by default. */
  readonly write?: ((line: string) => void) | undefined;
}

/** The log of a server: JSON lines in production (pino), one short line for a person in development. */
export function createLog(options: LogOptions): Log {
  const formatters = { level: (label: string) => ({ level: label }) };
  const timestamp = pino.stdTimeFunctions.isoTime;
  return pino({ level: options.level ?? "info", base: null, timestamp, formatters }, destination(options));
}

function destination({ mode, write }: LogOptions): DestinationStream {
  // Lines that come while one is being written go out together: under load, one system call for many requests.
  if (mode === "production" && !write) return pino.destination({ dest: 2, sync: false });
  const print = write ?? ((line: string) => void process.stderr.write(line));
  return { write: mode === "production" ? print : (line) => print(readable(line)) };
}

function readable(line: string): string {
  const { time, level, msg, frame, ...fields } = JSON.parse(line) as Readonly<Record<string, unknown>>;
  const clock = new Date(String(time)).toLocaleTimeString("en-GB");
  const rest = Object.entries(fields)
    .filter(([key]) => !/^(request_id|method|path|status|ms)$/.test(key))
    .map(([key, value]) => `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`);
  const text = [clock, level === "info" ? "" : String(level), String(msg), ...rest].filter((part) => part !== "");
  const below = typeof frame === "string" ? `  ${frame.replaceAll("\n", "\n  ")}\n` : "";
  // What a stranger sent may be part of it, and must not move the cursor.
  return printable(`${text.join(" ")}\n${below}`);
}

/** A Log as Fastify wants its logger; children add their fields to each line. */
export function fastifyLogger(log: Log, bindings: object = {}): FastifyBaseLogger {
  const write =
    (level: "debug" | "info" | "warn" | "error") =>
    (first: unknown, ...rest: readonly unknown[]): void => {
      const fields = typeof first === "object" && first !== null ? plain(first) : {};
      const message = typeof first === "string" ? first : rest.find((part) => typeof part === "string");
      log[level]({ ...bindings, ...fields }, message ?? (first instanceof Error ? first.message : ""));
    };
  return {
    level: "info",
    debug: write("debug"),
    trace: write("debug"),
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
    fatal: write("error"),
    silent: () => {},
    child: (more: object) => fastifyLogger(log, { ...bindings, ...more }),
  };
}

/** Requests, replies and errors as a few fields: never headers, bodies or query strings. */
function plain(value: object): object {
  if (value instanceof Error) return { error: value.message };
  const {
    req: _req,
    res: _res,
    request: _request,
    reply: _reply,
    err,
    error,
    ...rest
  } = value as Record<string, unknown>;
  const failure = err ?? error;
  return failure instanceof Error ? { ...rest, error: failure.message } : rest;
}
