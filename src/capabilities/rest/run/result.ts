import type { RawResult } from "../../../postgres/index.ts";
import type { RestResult, RestStatements } from "../query/index.ts";
import type { RestSettings } from "../settings.ts";
import type { RestRequest } from "../request/index.ts";

/** What came back of the main statement, and of the one that estimates the count. */
export function toResult(
  statements: RestStatements,
  results: readonly RawResult[],
  request: RestRequest,
  settings: Pick<RestSettings, "maxRows">,
): RestResult {
  const main = results[statements.before.length];
  if (statements.mediaType.kind === "plan") return { ...nothing, totalCount: null, body: lines(main) };
  const [row] = main?.rows ?? [];
  if (row === undefined) return nothing;
  const [total, page, location, body, headers, status, inserted, next] = row;
  const totalCount = numberOf(total);
  const planned = statements.plannedCount === null ? null : plannedRows(results.at(-1));
  return {
    totalCount: planned === null ? totalCount : estimate(totalCount, planned, request, settings.maxRows),
    pageCount: numberOf(page) ?? 0,
    location: listOf(location).filter((each) => each !== null),
    body: bodyOf(body ?? null, statements.bodyEncoding),
    responseHeaders: headers?.toString() ?? null,
    responseStatus: status?.toString() ?? null,
    insertedCount: numberOf(inserted),
    nextKey: statements.isPaged ? listOf(next) : [],
  };
}

const noBytes = Buffer.alloc(0);

/** A function whose only row was filtered away. */
const nothing: RestResult = {
  totalCount: 0,
  pageCount: 0,
  location: [],
  body: noBytes,
  responseHeaders: null,
  responseStatus: null,
  insertedCount: null,
  nextKey: [],
};

function listOf(value: Buffer | null | undefined): readonly (string | null)[] {
  return value ? (JSON.parse(value.toString()) as readonly (string | null)[]) : [];
}

function numberOf(value: Buffer | null | undefined): number | null {
  return value === null || value === undefined ? null : Number(value.toString("latin1"));
}

function bodyOf(value: Buffer | null, encoding: RestStatements["bodyEncoding"]): Buffer {
  if (value === null) return noBytes;
  return encoding === "hex" ? Buffer.from(value.toString("latin1"), "hex") : value;
}

/** EXPLAIN answers with a row a line. */
function lines(result: RawResult | undefined): Buffer {
  const newline = Buffer.from("\n");
  return Buffer.concat((result?.rows ?? []).flatMap(([line]) => [line ?? noBytes, newline]));
}

/** What EXPLAIN (FORMAT JSON) expects of the counting query. */
function plannedRows(result: RawResult | undefined): number | null {
  const text = result?.rows[0]?.[0]?.toString();
  if (text === undefined) return null;
  const [explained] = JSON.parse(text) as readonly { readonly Plan?: { readonly "Plan Rows"?: number } }[];
  return explained?.Plan?.["Plan Rows"] ?? null;
}

/** count=estimated counts up to maxRows, and believes the planner beyond it. */
function estimate(
  totalCount: number | null,
  planned: number,
  { preferences }: RestRequest,
  maxRows: number | null,
): number | null {
  if (preferences.count === "planned") return planned;
  if (totalCount === null || (maxRows !== null && totalCount <= maxRows)) return totalCount;
  return Math.max(totalCount, planned);
}
