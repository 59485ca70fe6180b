import { checkTable, type RawSettings } from "../../project/index.ts";

/** [health] in howdah.toml. */
export interface HealthSettings {
  /** How long /_ready waits for the database. */
  readonly timeoutMs: number;
}

/** Checks [health] as a whole; throws WD102 and WD103 with the position. */
export function healthSettings(raw: RawSettings): HealthSettings {
  const { timeout } = checkTable(raw, {
    timeout: { type: "milliseconds", default: "2 s", describe: "How long /_ready waits for the database." },
  });
  return { timeoutMs: timeout };
}
