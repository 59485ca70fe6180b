import type { Log } from "../capability/index.ts";
import { printable } from "../errors/index.ts";
import type { Shell } from "./shell.ts";

type Level = "debug" | "info" | "warn" | "error";

/** A Log for people on standard error: the message and its fields, warnings and worse alone unless --verbose. */
export function consoleLog(shell: Shell): Log {
  const line = (level: Level, fields: object, message: string) => {
    if (!shell.verbose && (level === "debug" || level === "info")) return;
    shell.note(`${mark(level, shell)} ${printable(message)}${shell.err.dim(fieldText(fields))}`);
  };
  return byLevel(line);
}

/** A Log of one JSON object a line on standard error, as pino writes them: time, level, msg, then the fields. */
export function jsonLog(shell: Shell): Log {
  return byLevel((level, fields, message) => {
    if (level === "debug" && !shell.verbose) return;
    shell.note(JSON.stringify({ time: new Date().toISOString(), level, msg: message, ...fields }));
  });
}

function byLevel(line: (level: Level, fields: object, message: string) => void): Log {
  return {
    debug: (fields, message) => line("debug", fields, message),
    info: (fields, message) => line("info", fields, message),
    warn: (fields, message) => line("warn", fields, message),
    error: (fields, message) => line("error", fields, message),
  };
}

function mark(level: Level, shell: Shell): string {
  if (level === "error") return shell.err.red("error");
  return level === "warn" ? shell.err.yellow("warning") : shell.err.dim(level);
}

function fieldText(fields: object): string {
  const texts = Object.entries(fields).map(([key, value]) => `${key}=${fieldValue(value)}`);
  return texts.length === 0 ? "" : `  ${printable(texts.join(" "))}`;
}

function fieldValue(value: unknown): string {
  if (value instanceof Error) return value.message;
  return typeof value === "string" ? value : JSON.stringify(value);
}
