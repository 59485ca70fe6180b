/** A part of a document. */
export type Json = Readonly<Record<string, unknown>>;

/** A name as the key of a component, which may have letters, digits, ".", "-" and "_" (OpenAPI 3.1, "Components Object"). */
export function componentKey(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_-]/gu, (char) => `.${(char.codePointAt(0) ?? 0).toString(16)}.`);
}

/** A reference to a component. */
export function refer(kind: "schemas" | "parameters" | "responses" | "headers", key: string): Json {
  return { $ref: `#/components/${kind}/${key}` };
}

/** `{ key: value }`, nothing where there is no value. */
export function given(key: string, value: unknown): Json {
  return value === undefined || value === null ? {} : { [key]: value };
}
