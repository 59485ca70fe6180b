/** A body that was read as far as the plan needs: Postgres parses the JSON itself. */
export type Payload =
  /** One JSON text; `keys` are of the (first) object, unless ?columns= names them; `isArray` says whether it is a list. */
  | { readonly kind: "json"; readonly text: string; readonly keys: readonly string[]; readonly isArray: boolean }
  /** A form: names and values in order; CSV arrives as "json". */
  | { readonly kind: "form"; readonly fields: readonly (readonly [string, string])[] }
  /** text/plain, text/xml, application/octet-stream, for a function with one unnamed argument. */
  | { readonly kind: "raw"; readonly bytes: Uint8Array };
