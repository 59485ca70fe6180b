import type { Log } from "../capability/index.ts";
import type { Shell } from "./shell.ts";

/**
 * A Log on standard error: readable lines in development, JSON ones in production and with --json.
 *
 * @param level the least that is told, unless --verbose asks for everything
 */
export async function shellLog(
  shell: Shell,
  mode: "development" | "production",
  level: "info" | "warn" = "warn",
): Promise<Log> {
  const { createLog } = await import("../server/index.ts");
  const log = createLog({
    mode: shell.json ? "production" : mode,
    level: shell.verbose ? "debug" : level,
    write: (line) => shell.note(shell.json ? line.trimEnd() : shell.err.dim(line.trimEnd())),
  });
  return {
    debug: (fields, message) => log.debug(fields, message),
    // Fastify's own words for what the command says itself.
    info: (fields, message) => void (message.startsWith("Server listening at") || log.info(fields, message)),
    warn: (fields, message) => log.warn(fields, message),
    error: (fields, message) => log.error(fields, message),
  };
}
