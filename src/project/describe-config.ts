import { redact } from "../errors/index.ts";
import type { Config, RawSettings } from "./config.ts";

const HIDDEN = "***";
const SECRET_NAME = /pass(?:word|wd|phrase)?$|secret|token|private_?key|api_?key|credential/i;

/**
 * The configuration as plain data that may be printed and logged.
 *
 * Passwords of URLs, values that came from the environment and values whose name says that they are secrets are
 * replaced by "***".
 */
export function describeConfig(config: Config): Record<string, unknown> {
  const { name, environment, postgres, server, roles, capabilities } = config;
  return {
    name,
    ...(environment === undefined ? {} : { environment }),
    postgres: {
      ...postgres,
      ...(postgres.url === undefined ? {} : { url: redact(postgres.url) }),
      settings: hide(postgres.settings, config.file, ["postgres", "settings"]),
    },
    server,
    roles,
    capabilities,
    settings: Object.fromEntries(Object.entries(config.settings).map(([key, raw]) => [key, hide(raw.value, raw, [])])),
  };
}

function hide(value: unknown, raw: RawSettings | undefined, path: readonly string[]): unknown {
  if (raw?.isSecret?.(path) === true) return HIDDEN;
  if (Array.isArray(value)) return value.map((item: unknown, index) => hide(item, raw, [...path, String(index)]));
  if (typeof value === "string") return SECRET_NAME.test(path.at(-1) ?? "") ? HIDDEN : redact(value);
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, hide(inner, raw, [...path, key])]));
}
