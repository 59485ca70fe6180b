import type { Log } from "../capability/index.ts";
import { toAppError, type AppError } from "../errors/index.ts";
import { configFile } from "../project/index.ts";
import type { Project } from "./application.ts";
import { pluginFile } from "./user-plugin.ts";

/**
 * Looks at howdah.toml and server.ts after a change: both are read once, at the start.
 *
 * A howdah.toml with errors is reported until it is mended; a good one, and a server.ts, need a restart, which is said
 * in one line of the log. Resolves with what is wrong now.
 */
export function restartCheck(project: Project, log: Log): (paths: readonly string[]) => Promise<AppError | undefined> {
  let problem: AppError | undefined;
  const started = project.config.file?.source;
  const sayRestart = (file: string): void => {
    log.warn({ file }, `${file} changed: restart howdah run to apply it`);
  };
  return async (paths) => {
    if (paths.includes(pluginFile)) sayRestart(pluginFile);
    if (!paths.includes(configFile)) return problem;
    try {
      const { config } = await project.reopen();
      problem = undefined;
      // Taken back to what runs: nothing to apply.
      if (config.file?.source !== started) sayRestart(configFile);
    } catch (thrown) {
      problem = toAppError(thrown);
    }
    return problem;
  };
}
