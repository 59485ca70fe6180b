import { BoundedCache } from "./bounded-cache.ts";
import type { MediaType, PlanOption } from "./media-type.ts";

const types = new BoundedCache<MediaType>(500, 512);
const accepted = new BoundedCache<readonly MediaType[]>(500, 512);

/** A media type as it stands in a header; what nobody knows is kept as it was written. */
export function parseMediaType(text: string): MediaType {
  return types.get(text, decode);
}

/** One list for all, by which plans of equal requests are found. */
const anything: readonly MediaType[] = [{ kind: "any" }];

/** The Accept header, the most wanted first: by quality, then by how much each says, then by place. */
export function parseAccept(header: string | undefined): readonly MediaType[] {
  return header === undefined ? anything : accepted.get(header, sortAccepted);
}

function sortAccepted(header: string): readonly MediaType[] {
  const ranges = header.split(",").map((written) => {
    const text = written.replaceAll(" ", "");
    const at = text.indexOf(";q=");
    const precision = (text.match(/;/g)?.length ?? 0) - (text.match(/\*/g)?.length ?? 0);
    return {
      text: at < 0 ? text : text.slice(0, at),
      quality: at < 0 ? 1 : parseQuality(text.slice(at + 3)),
      precision,
    };
  });
  const sorted = ranges.toSorted((left, right) => right.quality - left.quality || right.precision - left.precision);
  return sorted.map(({ text }) => parseMediaType(text));
}

/** What is no number is as if it were not there. */
function parseQuality(text: string): number {
  const number = /^-?\d+(\.\d+)?(e[+-]?\d+)?/i.exec(text);
  return number === null ? 1 : Number(number[0]);
}

const simple: ReadonlyMap<string, MediaType> = new Map<string, MediaType>([
  ["application/json", { kind: "json" }],
  ["application/geo+json", { kind: "geojson" }],
  ["text/csv", { kind: "csv" }],
  ["application/x-ndjson", { kind: "ndjson" }],
  ["text/plain", { kind: "plain" }],
  ["text/xml", { kind: "xml" }],
  ["application/openapi+json", { kind: "openapi" }],
  ["application/x-www-form-urlencoded", { kind: "form" }],
  ["application/octet-stream", { kind: "octetStream" }],
  ["*/*", { kind: "any" }],
]);

function decode(text: string): MediaType {
  const { name, parameters } = tokenize(text);
  const known = simple.get(name);
  if (known !== undefined) return known;
  const stripNulls = parameters.get("nulls") === "stripped";
  switch (name) {
    case "application/vnd.pgrst.object+json":
    case "application/vnd.pgrst.object":
      return { kind: "object", stripNulls };
    case "application/vnd.pgrst.array+json":
    case "application/vnd.pgrst.array":
      return stripNulls ? { kind: "array", stripNulls } : { kind: "json" };
    case "application/vnd.pgrst.plan+json":
      return plan("json", parameters);
    case "application/vnd.pgrst.plan":
    case "application/vnd.pgrst.plan+text":
      return plan("text", parameters);
    default:
      return { kind: "other", name: text };
  }
}

const planOptions = ["analyze", "verbose", "settings", "buffers", "wal"] as const satisfies PlanOption[];

function plan(format: "text" | "json", parameters: ReadonlyMap<string, string>): MediaType {
  const wanted = (parameters.get("options") ?? "").split("|");
  const options = planOptions.filter((option) => wanted.includes(option));
  return { kind: "plan", format, of: parseMediaType(parameters.get("for") ?? "application/json"), options };
}

const head = /^([\p{L}\p{N}.*]+)\/([\p{L}\p{N}.*+-]+)/u;
const parameter = /\s*;\s*([\p{L}\p{N}-]+)\s*=\s*(?:"([^"]*)"|([\p{L}\p{N}|-]+))/uy;

/** The lower-case name, and the parameters up to the first that can't be read. */
function tokenize(text: string): { readonly name: string; readonly parameters: ReadonlyMap<string, string> } {
  const found = head.exec(text);
  const parameters = new Map<string, string>();
  if (found === null) return { name: "", parameters };
  parameter.lastIndex = found[0].length;
  for (let next = parameter.exec(text); next !== null; next = parameter.exec(text)) {
    parameters.set((next[1] ?? "").toLowerCase(), next[2] ?? next[3] ?? "");
  }
  return { name: found[0].toLowerCase(), parameters };
}

const names: Readonly<Record<Exclude<MediaType["kind"], "object" | "array" | "plan" | "other">, string>> = {
  json: "application/json",
  geojson: "application/geo+json",
  csv: "text/csv",
  ndjson: "application/x-ndjson",
  plain: "text/plain",
  xml: "text/xml",
  openapi: "application/openapi+json",
  form: "application/x-www-form-urlencoded",
  octetStream: "application/octet-stream",
  any: "*/*",
};

/** The media type as text, its parameters included. */
export function mediaTypeName(type: MediaType): string {
  switch (type.kind) {
    case "object":
      return `application/vnd.pgrst.object+json${type.stripNulls ? ";nulls=stripped" : ""}`;
    case "array":
      return type.stripNulls ? "application/vnd.pgrst.array+json;nulls=stripped" : "application/json";
    case "plan": {
      const options = type.options.length === 0 ? "" : `; options=${type.options.join("|")}`;
      return `application/vnd.pgrst.plan+${type.format}; for="${mediaTypeName(type.of)}"${options}`;
    }
    case "other":
      return type.name;
    default:
      return names[type.kind];
  }
}

/** The Content-Type of a response: text has its charset. */
export function contentType(type: MediaType): string {
  const binary = type.kind === "octetStream" || type.kind === "other";
  return binary ? mediaTypeName(type) : `${mediaTypeName(type)}; charset=utf-8`;
}
