import type { Log } from "../capability/index.ts";

/** A log that says nothing: the default of the library, whose user decides where lines go. */
export const silentLog: Log = {
  info() {},
  warn() {},
  error() {},
  debug() {},
};
