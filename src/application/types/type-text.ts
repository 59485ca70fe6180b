import type { ColumnFact, RelationFact, RoutineFact, TypeFact, TypeRow } from "../../catalog/index.ts";
import { typeNames, union, type TypeNames } from "./type-name.ts";

/**
 * The TypeScript of a database: `Database` in the shape that supabase-js and postgrest-js take, `Json`, aliases such as
 * `Tables<"account">`, and the labels of enums as `Constants`.
 *
 * The same catalog makes the same text, whatever the order in which its objects were made.
 */
export function typeText(rows: readonly TypeRow[], schemas: readonly string[]): string {
  const types = rows.filter((row) => row.kind === "type");
  const names = typeNames(types, new Set(schemas));
  const blocks = schemas.map((schema) => schemaBlock(schema, ofSchema(rows, schema), names));
  return (
    [head, `export type Database = {\n${blocks.join("\n")}\n};`, aliases(schemas), constants(types, schemas)].join(
      "\n\n",
    ) + "\n"
  );
}

const head = `// Written by \`howdah types\`: run it again after a change of the schema, instead of editing this file.

export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[];`;

function ofSchema(rows: readonly TypeRow[], schema: string): readonly TypeRow[] {
  return rows
    .filter((row) => row.schema === schema)
    .toSorted((one, other) => (one.name < other.name ? -1 : one.name > other.name ? 1 : 0));
}

function schemaBlock(schema: string, rows: readonly TypeRow[], names: TypeNames): string {
  const relations = rows.filter((row) => row.kind === "relation");
  const routines = Map.groupBy(rows.filter((row) => row.kind === "routine").filter(isCallable), ({ name }) => name);
  const types = rows.filter((row) => row.kind === "type");
  const lines = [
    ...group(
      "Tables",
      relations.filter(({ props }) => !props.view).flatMap((row) => relationLines(row, names)),
    ),
    ...group(
      "Views",
      relations.filter(({ props }) => props.view).flatMap((row) => relationLines(row, names)),
    ),
    ...group(
      "Functions",
      [...routines.values()].flatMap((overloads) => routineLines(overloads, names)),
    ),
    ...group("Enums", types.filter(({ props }) => props.kind === "e").flatMap(enumLines)),
    ...group(
      "CompositeTypes",
      types.filter(({ props }) => props.relkind === "c").flatMap((row) => compositeLines(row, names)),
    ),
  ];
  return [`  ${key(schema)}: {`, ...indent(lines, 2), "  };"].join("\n");
}

/** Nothing in a group is said as postgrest-js expects it: an object that has no key. */
function group(name: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [`${name}: { [_ in never]: never };`] : [`${name}: {`, ...indent(lines), "};"];
}

function relationLines({ name, comment, props }: RelationFact, names: TypeNames): readonly string[] {
  const { view, insertable, updatable, columns } = props;
  return [
    ...doc(comment),
    `${key(name)}: {`,
    ...indent([
      ...object(
        "Row",
        columns.flatMap((column) => rowLines(column, names)),
      ),
      ...(insertable
        ? object(
            "Insert",
            columns.flatMap((column) => writtenLine(column, names, !view && isNeeded(column, names))),
          )
        : []),
      ...(updatable
        ? object(
            "Update",
            columns.flatMap((column) => writtenLine(column, names, false)),
          )
        : []),
      ...relationships(props.foreign_keys),
    ]),
    "};",
  ];
}

function rowLines(column: ColumnFact, names: TypeNames): readonly string[] {
  return [...doc(column.comment), `${key(column.name)}: ${columnType(column, names)};`];
}

/** `never` for what Postgres alone writes. */
function writtenLine(column: ColumnFact, names: TypeNames, needed: boolean): string {
  const type = column.fixed ? "never" : columnType(column, names);
  return `${key(column.name)}${needed && !column.fixed ? "" : "?"}: ${type};`;
}

function isNeeded(column: ColumnFact, names: TypeNames): boolean {
  const isNullable = !column.not_null && !names.isNotNull(column.type);
  return !isNullable && !column.default && !column.identity && !names.hasDefault(column.type);
}

function columnType({ type, not_null: notNull }: ColumnFact, names: TypeNames): string {
  return notNull || names.isNotNull(type) ? names.of(type) : `${names.of(type)} | null`;
}

function relationships(keys: RelationFact["props"]["foreign_keys"]): readonly string[] {
  if (keys.length === 0) return ["Relationships: [];"];
  const items = keys.flatMap((each) => [
    "{",
    ...indent([
      `foreignKeyName: ${JSON.stringify(each.name)};`,
      `columns: ${tuple(each.columns)};`,
      `isOneToOne: ${each.one_to_one};`,
      `referencedRelation: ${JSON.stringify(each.relation)};`,
      `referencedColumns: ${tuple(each.referenced)};`,
    ]),
    "},",
  ]);
  return ["Relationships: [", ...indent(items), "];"];
}

function tuple(names: readonly string[]): string {
  return `[${names.map((name) => JSON.stringify(name)).join(", ")}]`;
}

/** Overloads are a union: which one is meant, their arguments tell. */
function routineLines(overloads: readonly RoutineFact[], names: TypeNames): readonly string[] {
  const [first] = overloads;
  if (first === undefined) return [];
  const comments = overloads.map(({ comment }) => comment).filter((comment) => comment !== null);
  const bodies = overloads
    .map((routine) => [`Args: ${argsOf(routine, names)};`, `Returns: ${returnsOf(routine, names)};`])
    .toSorted((one, other) => (one.join() < other.join() ? -1 : 1));
  const lines = bodies.flatMap((body, index) => [index === 0 ? `${key(first.name)}: {` : "} | {", ...indent(body)]);
  return [...doc(comments.length === 0 ? null : [...new Set(comments)].join("\n\n")), ...lines, "};"];
}

interface Argument {
  readonly name: string;
  readonly type: string;
  readonly mode: "i" | "o" | "b" | "v" | "t";
}

function argumentsOf({ props }: RoutineFact): readonly Argument[] {
  return props.types.map((type, index) => ({
    type,
    name: props.names?.[index] ?? "",
    mode: props.modes?.[index] ?? "i",
  }));
}

/** By the names of its arguments; a single one may have none. */
function isCallable(routine: RoutineFact): boolean {
  const taken = takenBy(routine);
  return taken.length === 1 || taken.every(({ name }) => name !== "");
}

function takenBy(routine: RoutineFact): readonly Argument[] {
  return argumentsOf(routine).filter(({ mode }) => mode === "i" || mode === "b" || mode === "v");
}

function argsOf(routine: RoutineFact, names: TypeNames): string {
  const taken = takenBy(routine);
  if (taken.length === 0) return "Record<PropertyKey, never>";
  const needed = taken.length - routine.props.defaults;
  const fields = taken.map(({ name, type }, index) => `${key(name)}${index < needed ? "" : "?"}: ${names.of(type)}`);
  return `{ ${fields.join("; ")} }`;
}

function returnsOf(routine: RoutineFact, names: TypeNames): string {
  const given = argumentsOf(routine).filter(({ mode }) => mode === "o" || mode === "b" || mode === "t");
  const isRow = given.length > 1 || given.some(({ mode }) => mode === "t");
  const type = isRow
    ? `{ ${given.map(({ name, type: of }) => `${key(name)}: ${names.of(of)}`).join("; ")} }`
    : names.of(routine.props.returns);
  if (!routine.props.set) return type;
  return isRow || !type.includes("|") ? `${type}[]` : `(${type})[]`;
}

function enumLines({ name, comment, props }: TypeFact): readonly string[] {
  return [...doc(comment), `${key(name)}: ${union(props.labels ?? [])};`];
}

/** Every attribute of a composite may be null. */
function compositeLines({ name, comment, props }: TypeFact, names: TypeNames): readonly string[] {
  return [
    ...doc(comment),
    ...object(
      key(name),
      (props.columns ?? []).flatMap((column) => rowLines(column, names)),
    ),
  ];
}

function object(name: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [`${name}: Record<never, never>;`] : [`${name}: {`, ...indent(lines), "};"];
}

function aliases(schemas: readonly string[]): string {
  const schema = JSON.stringify(schemas.includes("public") ? "public" : (schemas[0] ?? "public"));
  return `type Schema = keyof Database;
type Relations<S extends Schema> = Database[S]["Tables"] & Database[S]["Views"];

/** A row of a table or view: \`Tables<"account">\`; of another schema \`Tables<"account", "shop">\`. */
export type Tables<Name extends keyof Relations<S>, S extends Schema = ${schema}> =
  Relations<S>[Name] extends { Row: infer Row } ? Row : never;

/** What an insert into a table takes. */
export type TablesInsert<Name extends keyof Relations<S>, S extends Schema = ${schema}> =
  Relations<S>[Name] extends { Insert: infer Insert } ? Insert : never;

/** What an update of a table takes. */
export type TablesUpdate<Name extends keyof Relations<S>, S extends Schema = ${schema}> =
  Relations<S>[Name] extends { Update: infer Update } ? Update : never;

/** The labels of an enum. */
export type Enums<Name extends keyof Database[S]["Enums"], S extends Schema = ${schema}> = Database[S]["Enums"][Name];

/** A value of a composite type. */
export type CompositeTypes<Name extends keyof Database[S]["CompositeTypes"], S extends Schema = ${schema}> =
  Database[S]["CompositeTypes"][Name];`;
}

/** The labels of enums in their order, for programs: select boxes, checks of input. */
function constants(types: readonly TypeFact[], schemas: readonly string[]): string {
  const blocks = schemas.map((schema) => {
    const enums = ofSchema(types, schema).filter(
      (row) => row.kind === "type" && row.props.kind === "e",
    ) as readonly TypeFact[];
    const lines = enums.map(
      ({ name, props }) => `${key(name)}: [${(props.labels ?? []).map((label) => JSON.stringify(label)).join(", ")}],`,
    );
    return lines.length === 0
      ? `  ${key(schema)}: { Enums: {} },`
      : [`  ${key(schema)}: {`, "    Enums: {", ...indent(lines, 3), "    },", "  },"].join("\n");
  });
  return `/** The labels of enums, in their order. */\nexport const Constants = {\n${blocks.join("\n")}\n} as const;`;
}

function doc(comment: string | null): readonly string[] {
  const text = (comment ?? "").trim().replaceAll("*/", String.raw`*\/`);
  if (text === "") return [];
  const lines = text.split(/\r\n|\r|\n/).map((line) => line.trimEnd());
  return lines.length === 1 ? [`/** ${text} */`] : ["/**", ...lines.map((line) => ` * ${line}`.trimEnd()), " */"];
}

function key(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

function indent(lines: readonly string[], by = 1): readonly string[] {
  return lines.map((line) => (line === "" ? "" : "  ".repeat(by) + line));
}
