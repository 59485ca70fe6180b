import { AppError } from "../../../../errors/index.ts";
import type { BeyondSettings, RoleLimits } from "../../settings.ts";
import type { ValueSource } from "./value-source.ts";

/** What PostgREST does not have: all of it is off unless it is set. Throws WD630. */
export function beyondSettings(source: ValueSource): BeyondSettings {
  return {
    keyset: source.boolean("howdah-keyset") ?? false,
    distinct: source.boolean("howdah-distinct") ?? false,
    orderByOperator: source.boolean("howdah-order-by-operator") ?? false,
    bulkUpdate: source.boolean("howdah-bulk-update") ?? false,
    ndjson: source.boolean("howdah-ndjson") ?? false,
    permittedColumns: source.boolean("howdah-permitted-columns") ?? false,
    batchRequests: Math.max(0, source.integer("howdah-batch-requests") ?? 0),
    etags: source.boolean("howdah-etags") ?? false,
    compressFromBytes: source.integer("howdah-compress-from"),
    limits: parseLimits(source.text("howdah-limits") ?? ""),
  };
}

/** The settings of ours that are set, as a file says them. */
export function beyondLines(beyond: BeyondSettings): readonly (readonly [name: string, value: string])[] {
  const switches = [
    ["howdah-bulk-update", beyond.bulkUpdate],
    ["howdah-distinct", beyond.distinct],
    ["howdah-etags", beyond.etags],
    ["howdah-keyset", beyond.keyset],
    ["howdah-ndjson", beyond.ndjson],
    ["howdah-order-by-operator", beyond.orderByOperator],
    ["howdah-permitted-columns", beyond.permittedColumns],
  ] as const;
  const limits = Object.entries(beyond.limits).map(writeLimit).join("; ");
  return [
    ...switches.flatMap(([name, isOn]) => (isOn ? [[name, "true"] as const] : [])),
    ...(beyond.batchRequests === 0 ? [] : [["howdah-batch-requests", String(beyond.batchRequests)] as const]),
    ...(beyond.compressFromBytes === null ? [] : [["howdah-compress-from", String(beyond.compressFromBytes)] as const]),
    ...(limits === "" ? [] : [["howdah-limits", `"${limits}"`] as const]),
  ];
}

/** `web_anon requests=100 window=60 max-rows=100; writer requests=1000 per=role`: a part for each role. */
function parseLimits(text: string): BeyondSettings["limits"] {
  const parts = text.split(";").map((part) => part.trim());
  return Object.fromEntries(parts.filter((part) => part !== "").map(parseLimit));
}

function parseLimit(part: string): readonly [role: string, RoleLimits] {
  const [role = "", ...words] = part.split(/\s+/);
  const given = new Map(words.map((word) => splitOnce(word)));
  const unknown = [...given.keys()].find((name) => !limitNames.has(name));
  if (unknown !== undefined || role.includes("=")) throw wrong(part, `it is written: ROLE ${example}`);
  const per = given.get("per") ?? "subject";
  if (per !== "subject" && per !== "role") throw wrong(part, "per is subject or role");
  return [
    role,
    {
      requests: positive(part, "requests", given, 1),
      windowMs: (positive(part, "window", given, 1) ?? 60) * 1000,
      per,
      maxRows: positive(part, "max-rows", given, 0),
    },
  ];
}

const limitNames: ReadonlySet<string> = new Set(["requests", "window", "per", "max-rows"]);
const example = "requests=100 window=60 per=subject max-rows=1000";

function splitOnce(word: string): readonly [string, string] {
  const equals = word.indexOf("=");
  return equals < 0 ? [word, ""] : [word.slice(0, equals), word.slice(equals + 1)];
}

function positive(part: string, name: string, given: ReadonlyMap<string, string>, least: number): number | null {
  const text = given.get(name);
  if (text === undefined) return null;
  const number = /^\d{1,9}$/.test(text) ? Number(text) : -1;
  if (number < least) throw wrong(part, `${name} is a number from ${least}`);
  return number;
}

function writeLimit([role, { requests, windowMs, per, maxRows }]: readonly [string, RoleLimits]): string {
  const rate = requests === null ? [] : [`requests=${requests}`, `window=${windowMs / 1000}`, `per=${per}`];
  return [role, ...rate, ...(maxRows === null ? [] : [`max-rows=${maxRows}`])].join(" ");
}

function wrong(part: string, reason: string): AppError {
  return new AppError("WD630", "the configuration can't be used", {
    detail: `howdah-limits has ${JSON.stringify(part)}: ${reason}`,
  });
}
