/** A relation, routine or type with the schema that it stands in; both unquoted, as the catalog holds them. */
export interface QualifiedName {
  readonly schema: string;
  readonly name: string;
}

/** A key for maps: names hold no NUL. */
export function nameKey({ schema, name }: QualifiedName): string {
  return `${schema}\0${name}`;
}
