import { refer, type Json } from "./json.ts";

/** What every operation answers where it fails. */
export const failed: Json = { default: refer("responses", "failure") };

/** Responses that operations refer to. */
export const sharedResponses: Json = {
  failure: {
    description: "What went wrong, and what can be done about it",
    content: { "application/json": { schema: refer("schemas", ".failure") } },
  },
};

/** Schemas that are no relation's; a dot at the beginning, which no relation's key has. */
export const sharedSchemas: Json = {
  ".failure": {
    type: "object",
    properties: {
      code: { type: "string", description: "PGRST… of the API, or a SQLSTATE of Postgres" },
      message: { type: "string" },
      details: { type: ["string", "null"] },
      hint: { type: ["string", "null"] },
    },
    required: ["code", "message"],
  },
};

export const sharedHeaders: Json = {
  contentRange: {
    description: "The first and the last row, and how many there are: `0-24/573`, `*` where they were not counted",
    schema: { type: "string" },
  },
};

/** Rows in the media types that rows come in. */
export function rowsContent(row: Json): Json {
  return {
    "application/json": { schema: { type: "array", items: row } },
    "application/vnd.pgrst.object+json": { schema: row },
    "text/csv": { schema: { type: "string" } },
  };
}

/** 200 with rows, and the range that they are. */
export function rowsResponse(description: string, row: Json): Json {
  return {
    description,
    headers: { "Content-Range": refer("headers", "contentRange") },
    content: rowsContent(row),
  };
}
