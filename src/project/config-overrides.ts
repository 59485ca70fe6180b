import { AppError } from "../errors/index.ts";
import type { Config } from "./config.ts";
import { checkUrl } from "./config-keys.ts";
import type { Environment } from "./reference.ts";

/** What the environment sets whatever howdah.toml says. */
export interface Overrides {
  readonly url: string | undefined;
  readonly host: string | undefined;
  readonly port: number | undefined;
  /** Keys of howdah.toml that don't count any more, so that a variable they name need not be set. */
  readonly paths: readonly (readonly string[])[];
}

/** HOWDAH_DATABASE_URL, HOST and PORT; empty ones count as not set. Adds WD103 for a wrong value. */
export function readOverrides(env: Environment, problems: AppError[]): Overrides {
  const url = env["HOWDAH_DATABASE_URL"] || undefined;
  const host = env["HOST"] || undefined;
  const port = env["PORT"] || undefined;
  if (url !== undefined && checkUrl(url) !== undefined) {
    const problem = checkUrl(url);
    problems.push(new AppError("WD103", `HOWDAH_DATABASE_URL: ${problem?.problem}`, { hint: problem?.hint }));
  }
  if (port !== undefined && !isPort(port)) {
    problems.push(new AppError("WD103", `PORT: expected a port from 0 to 65535, not ${JSON.stringify(port)}`));
  }
  const paths = [
    ...(url === undefined
      ? []
      : [
          ["postgres", "url"],
          ["postgres", "provider"],
        ]),
    ...(host === undefined ? [] : [["server", "host"]]),
    ...(port === undefined ? [] : [["server", "port"]]),
  ];
  return { url, host, port: port === undefined ? undefined : Number(port), paths };
}

/** The configuration with the environment's values in place of its own. */
export function applyOverrides(config: Config, { url, host, port }: Overrides): Config {
  const { postgres, server } = config;
  return {
    ...config,
    postgres: url === undefined ? postgres : { ...postgres, provider: "url", url },
    server: { ...server, host: host ?? server.host, port: port ?? server.port },
  };
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535;
}
