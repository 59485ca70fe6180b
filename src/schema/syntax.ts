import type { Node, ObjectWithArgs, RangeVar, TypeName } from "libpg-query";
import { plainName } from "../catalog/index.ts";

/** The schema of unqualified names: the search_path of an assembly is fixed. */
export const defaultSchema = "public";

/** The strings of a list of String nodes: a qualified name. */
export function strings(nodes: readonly Node[] | undefined): readonly string[] {
  return (nodes ?? []).flatMap((node) => ("String" in node ? [node.String.sval ?? ""] : []));
}

/** The items of a List node. */
export function items(node: Node | undefined): readonly Node[] {
  return node !== undefined && "List" in node ? (node.List.items ?? []) : [];
}

/** A qualified name's schema and last part; without a schema, the default one. */
export function qualified(names: readonly string[]): { readonly schema: string; readonly name: string } {
  return { schema: names.at(-2) ?? defaultSchema, name: names.at(-1) ?? "" };
}

/** public.entry */
export function relationIdentity(relation: RangeVar | undefined): string {
  return nameIdentity([relation?.schemaname ?? defaultSchema, relation?.relname ?? ""]);
}

/** public.entry of its parts. */
export function nameIdentity(names: readonly string[]): string {
  const { schema, name } = qualified(names);
  return `${plainName(schema)}.${plainName(name)}`;
}

/** public.sign(text,text) */
export function routineIdentity(names: readonly string[], types: readonly (TypeName | undefined)[]): string {
  return `${nameIdentity(names)}(${types.map((type) => typeIdentity(type)).join(",")})`;
}

/** The identity of `f(int)` in a grant or comment; undefined where only the name stands. */
export function routineOf(object: ObjectWithArgs): { readonly name: string; readonly identity: string | undefined } {
  const names = strings(object.objname);
  const types = (object.objargs ?? []).map((arg) => ("TypeName" in arg ? arg.TypeName : undefined));
  return {
    name: nameIdentity(names),
    identity: object.args_unspecified === true ? undefined : routineIdentity(names, types),
  };
}

/**
 * A type as the catalog query writes it: pg_catalog and public are left out (pg_catalog is searched first, so an
 * unqualified `text` is never public's), an array is its element and [].
 */
export function typeIdentity(type: TypeName | undefined): string {
  const names = strings(type?.names);
  const schema = names.at(-2) ?? "pg_catalog";
  const name = names.at(-1) ?? "";
  const builtin = schema === "pg_catalog" || schema === defaultSchema;
  // _text is how pg_type calls text[].
  const element = builtin && name.startsWith("_") ? name.slice(1) : name;
  const array = (type?.arrayBounds ?? []).length > 0 || element !== name;
  return `${builtin ? "" : `${plainName(schema)}.`}${plainName(element)}${array ? "[]" : ""}`;
}
