/** What format_type writes, taken apart. */
export interface TypeName {
  readonly text: string;
  /** `character varying`, `timestamp with time zone`, `public.mood`. */
  readonly base: string;
  /** `numeric(10,2)`: 10 and 2. */
  readonly modifiers: readonly number[];
  readonly array: boolean;
}

/** Takes the text of format_type apart. */
export function parseType(text: string): TypeName {
  const element = text.replace(/(?:\[\])+$/, "");
  const match = /^([^"]*?)\((-?\d+(?:,-?\d+)*)\)([^"]*)$/.exec(element);
  return {
    text,
    base: match === null ? element : `${match[1]}${match[3]}`,
    modifiers: match?.[2]?.split(",").map(Number) ?? [],
    array: element !== text,
  };
}
