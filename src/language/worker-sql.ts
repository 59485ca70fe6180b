import { createHash } from "node:crypto";
import { argumentTypes, type Parameter, type Signature, type ValueForm, type ValueType } from "./signature.ts";

/** A function as the worker receives it: once, then it is known by its hash. */
export interface WorkerModule {
  readonly language: "javascript" | "python";
  /** The file of functions/, and the routine, for messages. */
  readonly file: string;
  readonly routine: string;
  /** What to call: the export, the function's name. */
  readonly call: string;
  readonly parameters: readonly WorkerValue[];
  /** "trigger" receives the event, and returns the row. */
  readonly result: "void" | "trigger" | "value" | "set";
  readonly code: string;
  /** JavaScript: the source map, as text. */
  readonly map?: string | undefined;
  /** Python: modules of the project by name. */
  readonly modules?:
    | Readonly<Record<string, { readonly file: string; readonly text: string; readonly package?: boolean }>>
    | undefined;
}

export interface WorkerValue {
  readonly form: ValueForm;
  readonly array: boolean;
  readonly variadic?: boolean | undefined;
  /** A null stands for what was not given: the function's own default applies. */
  readonly absent?: boolean | undefined;
  /** Its name in the function, and its type: Python passes by name, and has a number of its own for numeric. */
  readonly name?: string | undefined;
  readonly sql?: string | undefined;
}

/** The SQL schema of all that the worker needs in a database. */
export const workerSchema = "howdah_worker";

/** The function behind a routine: it takes one message, and answers with a value, a question or a failure. */
export interface Gate {
  /** Its name in the schema of the worker. */
  readonly name: string;
  readonly sql: string;
  /** MD5 of its body, as Postgres stores it. */
  readonly hash: string;
  /** Only a superuser makes functions in its language; it is handed to the owner. */
  readonly asSuperuser: boolean;
  readonly language: string;
  /** Takes JSON of this type; "jsonb" for those of the worker. */
  readonly takes: "jsonb" | "text";
}

/** A routine and its gate. */
export interface LocalRoutine {
  readonly sql: string;
  readonly gate: Gate;
}

/**
 * A routine of the worker: it runs as its caller, and so do the queries of its function; only its gate, which is the
 * owner's, reaches the worker and knows the code.
 *
 * The gate's privileges are made those of the routine at the end of each assembly, so that whoever may not call the
 * routine can't reach its code either.
 */
export function workerRoutine(signature: Signature, module: WorkerModule): LocalRoutine {
  const text = JSON.stringify(module);
  const version = hashOf("sha256", text).slice(0, 32);
  const name = gateName(signature);
  const body = `begin
  return ${workerSchema}.exchange('${version}', message, ${quoted(text, "code")});
end`;
  const head = "(message jsonb) returns jsonb\nlanguage plpgsql\nsecurity definer\nset search_path = ''";
  return {
    sql: routineSql(signature, version, `${workerSchema}."${name}"(howdah_message)`),
    gate: { ...gateOf(name, head, body), asSuperuser: false, language: "plpgsql", takes: "jsonb" },
  };
}

/** A body in a procedural language, made for a version of it. */
export interface LocalBody {
  readonly language: string;
  readonly asSuperuser: boolean;
  readonly body: string;
}

/** A routine whose function runs inside the database: its gate takes and returns JSON as text. */
export function localRoutine(signature: Signature, bodyFor: (version: string) => LocalBody): LocalRoutine {
  const version = hashOf("sha256", bodyFor("").body).slice(0, 32);
  const { language, asSuperuser, body } = bodyFor(version);
  const name = gateName(signature);
  const head = `(message text) returns text\nlanguage ${language}`;
  return {
    sql: routineSql(signature, version, `${workerSchema}."${name}"(howdah_message::text)`),
    gate: { ...gateOf(name, head, body), asSuperuser, language, takes: "text" },
  };
}

function gateOf(name: string, head: string, body: string): Pick<Gate, "name" | "sql" | "hash"> {
  const sql = `create or replace function ${workerSchema}."${name}"${head}\nas ${quoted(body, "gate")}`;
  return { name, sql, hash: hashOf("md5", body) };
}

function routineSql(signature: Signature, version: string, call: string): string {
  return `${declarationOf(signature, "plpgsql")}\nas ${quoted(bodyOf(signature, call, version), "howdah")}`;
}

function hashOf(algorithm: string, text: string): string {
  return createHash(algorithm).update(text).digest("hex");
}

/** How a parameter's values travel. */
export function workerValue({ name, type: { form, array, sql }, variadic, default: value }: Parameter): WorkerValue {
  return { form, array, variadic, absent: value === "null" ? true : undefined, name, sql };
}

/** create function … up to its body. */
export function declarationOf(signature: Signature, language: string, options: readonly string[] = []): string {
  const { name, parameters, result, volatility, definer } = signature;
  const isStrict = parameters.length > 0 && parameters.every((parameter) => !parameter.nullable);
  return [
    `create function ${name}(${parameters.map(parameterText).join(", ")}) returns ${resultText(result)}`,
    `language ${language}`,
    ...(volatility === "volatile" ? [] : [volatility]),
    ...(isStrict && result.kind !== "trigger" ? ["strict"] : []),
    ...(definer ? ["security definer"] : []),
    ...options,
  ].join("\n");
}

/** Text in dollar quotes whose tag does not occur in it. */
export function quoted(text: string, tag: string): string {
  const marks = ["", ...Array.from({ length: 1000 }, (_, index) => String(index))];
  const mark = marks.find((each) => !text.includes(`$${tag}${each}$`)) ?? "";
  return `$${tag}${mark}$${text}$${tag}${mark}$`;
}

function gateName(signature: Signature): string {
  const identity = `${signature.name}${argumentTypes(signature)}`;
  const mark = hashOf("sha256", identity).slice(0, 12);
  const plain = signature.name
    .replaceAll(/[^A-Za-z0-9_]+/g, "_")
    .replaceAll(/^_+|_+$/g, "")
    .toLowerCase();
  return `${plain.slice(0, 48)}_${mark}`;
}

function parameterText(parameter: Parameter): string {
  const { name, type, variadic, default: value } = parameter;
  const words = [...(variadic ? ["variadic"] : []), identifier(name), type.sql];
  return `${words.join(" ").trim()}${value === undefined ? "" : ` default ${value}`}`;
}

function resultText(result: Signature["result"]): string {
  switch (result.kind) {
    case "void":
    case "trigger":
      return result.kind;
    case "value":
      return result.type.sql;
    case "set":
      return `setof ${result.type.sql}`;
    case "table":
      return `table (${result.columns.map(({ name, sql }) => `${identifier(name)} ${sql}`).join(", ")})`;
  }
}

function identifier(name: string): string {
  return name === "" ? "" : `"${name.replaceAll('"', '""')}"`;
}

// Its own variables bear names that no parameter has; columns of its result are variables, too.
function bodyOf(signature: Signature, call: string, version: string): string {
  const { result } = signature;
  return `#variable_conflict use_column
-- ${version}
declare
  howdah_message jsonb := ${result.kind === "trigger" ? triggerMessage : callMessage(signature.parameters)};
  howdah_reply jsonb;${result.kind === "set" ? `\n  howdah_item ${result.type.sql};` : ""}
begin
${signature.parameters.flatMap(nullCheck(signature)).join("")}  loop
    howdah_reply := ${call};
    exit when howdah_reply ? 'value';
    howdah_message := ${workerSchema}.answer(howdah_reply);
  end loop;
${returnOf(result)}
end`;
}

function callMessage(parameters: readonly Parameter[]): string {
  const values = parameters.map((_, index) => argument(parameters[index], index));
  return `pg_catalog.jsonb_build_object('call', pg_catalog.jsonb_build_array(${values.join(", ")}))`;
}

/** By position: a parameter may have no name. JSON numbers are read exactly where they are bigint or numeric. */
function argument(parameter: Parameter | undefined, index: number): string {
  const value = `$${index + 1}`;
  return parameter !== undefined && isExact(parameter.type)
    ? `pg_catalog.to_jsonb(${value}::text${parameter.type.array ? "[]" : ""})`
    : `pg_catalog.to_jsonb(${value})`;
}

function isExact({ sql, form }: ValueType): boolean {
  return form === "bigint" || /^(?:pg_catalog\.)?(?:numeric|decimal)\b/i.test(sql);
}

/** With one parameter that takes nulls the routine is not strict, and the others have to refuse them. */
function nullCheck({ parameters }: Signature): (parameter: Parameter, index: number) => readonly string[] {
  const some = parameters.some((parameter) => parameter.nullable);
  return ({ name, nullable }, index) =>
    nullable || !some
      ? []
      : [
          `  if $${index + 1} is null then
    raise null_value_not_allowed using message = ${literal(`${name} must not be null`)};
  end if;
`,
        ];
}

const triggerMessage = `pg_catalog.jsonb_build_object('call', pg_catalog.jsonb_build_array(
    pg_catalog.jsonb_build_object(
      'name', tg_name, 'when', pg_catalog.lower(tg_when), 'level', pg_catalog.lower(tg_level),
      'operation', pg_catalog.lower(tg_op), 'schema', tg_table_schema, 'table', tg_table_name,
      'arguments', pg_catalog.to_jsonb(tg_argv), 'new', pg_catalog.to_jsonb(new), 'old', pg_catalog.to_jsonb(old)
    )
  ))`;

const anyValue = (type: string, from: string): string =>
  `(select converted.value from pg_catalog.jsonb_to_record(${from}) as converted(value ${type}))`;

function returnOf(result: Signature["result"]): string {
  switch (result.kind) {
    case "void":
      return "  return;";
    case "trigger":
      return triggerReturn;
    case "value":
      return isPlain(result.type)
        ? `  return (howdah_reply ->> 'value')::${result.type.sql};`
        : `  return ${anyValue(result.type.sql, "howdah_reply")};`;
    case "set":
      return `  for howdah_reply in
    select pg_catalog.jsonb_build_object('value', item.value)
    from pg_catalog.jsonb_array_elements(howdah_reply -> 'value') with ordinality as item(value, number)
    order by item.number
  loop
    howdah_item := ${anyValue(result.type.sql, "howdah_reply")};
    return next howdah_item;
  end loop;
  return;`;
    case "table":
      return `  return query
    select ${result.columns.map(({ key }) => `item.${identifier(key)}`).join(", ")}
    from pg_catalog.jsonb_to_recordset(howdah_reply -> 'value') as item(${result.columns
      .map(({ key, sql }) => `${identifier(key)} ${sql}`)
      .join(", ")});
  return;`;
  }
}

/** Types whose text is what JSON has of them. */
function isPlain({ form, array, sql }: ValueType): boolean {
  const isText =
    /^(?:text|varchar|uuid|integer|int[248]?|bigint|smallint|double precision|float[48]|real|bool|boolean)$/i;
  return !array && form !== "json" && isText.test(sql);
}

/** null: not this row; an object: its columns in place of those of the row. */
const triggerReturn = `  if tg_level = 'STATEMENT' or tg_when = 'AFTER' then
    return null;
  end if;
  if howdah_reply -> 'value' = 'null'::jsonb then
    return null;
  end if;
  if tg_op = 'DELETE' then
    return old;
  end if;
  return pg_catalog.jsonb_populate_record(new, howdah_reply -> 'value');`;

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
