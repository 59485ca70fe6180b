import { quoteIdentifier } from "../postgres/index.ts";
import type { Fact } from "./fact.ts";

/** A name as people write it in SQL: in quotes only where Postgres would read it otherwise. */
export function ident(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) && !keywords.has(name) ? name : quoteIdentifier(name);
}

/** `public.account`; just the name for what lives in no schema. */
export function qualified(schema: string | null, name: string): string {
  return schema === null ? ident(name) : `${ident(schema)}.${ident(name)}`;
}

/** The fact's own name with its schema, without what it belongs to and without arguments. */
export function nameOf(fact: Pick<Fact, "schema" | "name">): string {
  return qualified(fact.schema, fact.name);
}

/** The relation (or type) that the fact belongs to. */
export function relationOf(fact: Pick<Fact, "schema" | "relation">): string {
  return qualified(fact.schema, fact.relation ?? "");
}

/** PostgreSQL 18: pg_get_keywords() where catcode <> 'U'. */
const keywords = new Set(
  "all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both case cast char character check coalesce collate collation column concurrently constraint create cross current_catalog current_date current_role current_schema current_time current_timestamp current_user dec decimal default deferrable desc distinct do else end except exists extract false fetch float for foreign freeze from full grant greatest group grouping having ilike in initially inner inout int integer intersect interval into is isnull join json json_array json_arrayagg json_exists json_object json_objectagg json_query json_scalar json_serialize json_table json_value lateral leading least left like limit localtime localtimestamp merge_action national natural nchar none normalize not notnull null nullif numeric offset on only or order out outer overlaps overlay placing position precision primary real references returning right row select session_user setof similar smallint some substring symmetric system_user table tablesample then time timestamp to trailing treat trim true union unique user using values varchar variadic verbose when where window with xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable".split(
    " ",
  ),
);
