import type { QualifiedName, Routine, RoutineParameter } from "../../../catalog/index.ts";
import type { MediaType } from "../request/media-type.ts";
import type { Description, RestTarget } from "../request/rest-request.ts";
import type { Condition, FieldPlan, OrderColumn, ReadNode } from "./read-plan.ts";

/** What will be done about a request: nothing in it needs the catalog any more. */
export type RestPlan = DatabasePlan | InspectPlan | InfoPlan;

/** A plan that becomes SQL. */
export type DatabasePlan = ReadPlan | MutatePlan | CallPlan;

interface Reading {
  /** The resource as the response shows it. */
  readonly read: ReadNode;
  /** Makes the body. */
  readonly handler: Handler;
  /** Of the response. */
  readonly mediaType: MediaType;
  readonly accessMode: "read only" | "read write";
  /** Embedded resources that filters, orders or limits named by their own name though they have an alias. */
  readonly legacyTargets: readonly { readonly name: string; readonly alias: string }[];
}

export interface ReadPlan extends Reading {
  readonly kind: "read";
  readonly relation: QualifiedName;
  /** Pages by key, where they are asked for. */
  readonly keyset: KeysetPlan | null;
  readonly headersOnly: boolean;
}

/** Where a page begins, and what its rows are ordered by: no two of them are equal in all of it. */
export interface KeysetPlan {
  readonly keys: readonly { readonly term: OrderColumn; readonly nullable: boolean }[];
  /** Of the order. */
  readonly fingerprint: string;
  /** The keys of the row before the page, as texts; null for the first page. */
  readonly values: readonly (string | null)[] | null;
}

export interface MutatePlan extends Reading {
  readonly kind: "mutate";
  readonly relation: QualifiedName;
  readonly mutation: Mutation;
  readonly primaryKey: readonly string[];
  /** Columns that the statement gives back: null for none, ["*"] for all. */
  readonly returning: readonly string[] | null;
}

export type Mutation =
  | {
      readonly kind: "insert";
      readonly columns: readonly PayloadColumn[];
      readonly payload: JsonPayload;
      readonly applyDefaults: boolean;
      readonly onConflict: { readonly columns: readonly string[]; readonly resolution: "merge" | "ignore" } | null;
      /** Of a PUT: the filters, which the row of the body has to pass. */
      readonly key: readonly Condition[];
    }
  | {
      readonly kind: "update";
      /** Columns of the body that find the row of each of its objects; null where one object is set in all rows. */
      readonly matched: readonly PayloadColumn[] | null;
      readonly columns: readonly PayloadColumn[];
      readonly payload: JsonPayload;
      readonly applyDefaults: boolean;
      readonly conditions: readonly Condition[];
    }
  | { readonly kind: "delete"; readonly conditions: readonly Condition[] };

/** A body as one JSON text. */
export interface JsonPayload {
  readonly text: string;
  readonly isArray: boolean;
}

/** A column that the body sets. */
export interface PayloadColumn {
  readonly name: string;
  /** What the JSON is read as. */
  readonly type: string;
  /** Reads the JSON of its domain; then `type` is json. */
  readonly transform: QualifiedName | null;
  readonly default: string | null;
}

export interface CallPlan extends Reading {
  readonly kind: "call";
  readonly routine: Routine;
  readonly arguments: CallArguments;
  /** Columns of its rows that are needed: [] and ["*"] for all. */
  readonly returning: readonly string[];
  readonly headersOnly: boolean;
}

export type CallArguments =
  /** The body is the only argument. */
  | { readonly kind: "body"; readonly parameter: RoutineParameter; readonly value: string | Uint8Array }
  /** Arguments by name, each with its text; several texts of a variadic one. */
  | {
      readonly kind: "direct";
      readonly arguments: readonly {
        readonly parameter: RoutineParameter;
        readonly value: string | readonly string[];
      }[];
    }
  /** Arguments by name out of a JSON object. */
  | { readonly kind: "json"; readonly parameters: readonly RoutineParameter[]; readonly payload: JsonPayload };

/** What makes a body of rows. */
export type Handler =
  | { readonly kind: "json"; readonly shape: "rows" | "object"; readonly stripNulls: boolean }
  | { readonly kind: "csv" }
  | { readonly kind: "ndjson" }
  | { readonly kind: "geojson" }
  /** An aggregate of the database; `target`: the relation whose rows it takes, null for any. */
  | {
      readonly kind: "aggregate";
      readonly routine: QualifiedName;
      readonly target: QualifiedName | null;
      readonly isBinary: boolean;
    }
  /** The result of the function itself. */
  | { readonly kind: "self"; readonly isBinary: boolean }
  | { readonly kind: "none" };

/** The description of the API. */
export interface InspectPlan {
  readonly kind: "inspect";
  readonly schema: string;
  readonly description: Description;
  readonly mediaType: MediaType;
  readonly headersOnly: boolean;
}

/** What OPTIONS asks: answered out of the schema cache. */
export interface InfoPlan {
  readonly kind: "info";
  readonly schema: string;
  readonly target: RestTarget;
  /** Of a routine. */
  readonly routine: Routine | null;
}

/** A field without anything applied to it. */
export function plainField(name: string, path: FieldPlan["path"] = []): FieldPlan {
  return { name, path, toJson: false, transform: null, textSearch: null, wholeRow: false };
}
