import type { FunctionParameter, Node, TypeName } from "libpg-query";
import { AppError } from "../errors/index.ts";
import type { Parameter, Result, Signature } from "./signature.ts";
import { namedType } from "./sql-type.ts";
import { errorAt, type SourceFile } from "./source-file.ts";

/** A one-line header: `sql: (a integer, b text default 'x') returns setof public.thing stable`. */
export interface Header {
  /** Everything behind `sql:`. */
  readonly text: string;
  /** Index into the file of that text. */
  readonly index: number;
}

/** What a header says of its routine. */
export type HeaderSignature = Pick<Signature, "parameters" | "result" | "volatility" | "definer"> & {
  /** Where the header names it; undefined where the language does. */
  readonly name: string | undefined;
};

/** Headers of a file in any language, whatever its comments begin with. */
export function headersOf(text: string, from = 0, to = text.length): readonly Header[] {
  const found = text
    .slice(from, to)
    .matchAll(/^[^\S\n]*(?:\/\/|\/\*+|--|#|%|;|"|\*)[^\S\n]*sql:[^\S\n]*(.*?)(?:\*\/)?[^\S\n]*$/gm);
  return [...found].map((match) => {
    const [line, text = ""] = match;
    return { text, index: from + match.index + line.indexOf(text, line.indexOf("sql:") + 4) };
  });
}

/** Reads a header with Postgres's own grammar; WD492 where it is none of `create function`'s. */
export async function readHeader(source: SourceFile, header: Header): Promise<HeaderSignature> {
  const named = !header.text.startsWith("(");
  const text = `create function ${named ? "" : "howdah_header"}${header.text} language sql as ''`;
  const { CreateFunctionStmt: statement } = await parseFunction(source, header, text, named);
  const parameters = (statement.parameters ?? []).flatMap((node) =>
    "FunctionParameter" in node ? [node.FunctionParameter] : [],
  );
  const options = new Map(
    (statement.options ?? []).flatMap((node) =>
      "DefElem" in node ? [[node.DefElem.defname ?? "", node.DefElem.arg]] : [],
    ),
  );
  const volatility = textOf(options.get("volatility"));
  const security = options.get("security");
  return {
    name: named ? /^[^(]*/.exec(header.text)?.[0].trim() : undefined,
    parameters: parameters.filter(isInput).map((parameter) => parameterOf(parameter, text)),
    result: resultOf(parameters, statement.returnType),
    volatility: volatility === "stable" || volatility === "immutable" ? volatility : "volatile",
    definer: security !== undefined && "Boolean" in security && security.Boolean.boolval === true,
  };
}

async function parseFunction(
  source: SourceFile,
  header: Header,
  text: string,
  named: boolean,
): Promise<Extract<Node, { CreateFunctionStmt: unknown }>> {
  const parser = await import("libpg-query");
  await parser.loadModule();
  const shift = "create function ".length + (named ? 0 : "howdah_header".length);
  try {
    const node = parser.parseSync(text).stmts?.[0]?.stmt;
    if (node !== undefined && "CreateFunctionStmt" in node) return node;
  } catch (error) {
    const cursor = (error as { sqlDetails?: { cursorPosition?: number } }).sqlDetails?.cursorPosition ?? shift;
    const message = error instanceof Error ? error.message : String(error);
    throw headerError(source, header.index + Math.min(header.text.length, Math.max(0, cursor - shift)), message);
  }
  throw headerError(source, header.index, "it declares no function");
}

function headerError(source: SourceFile, index: number, problem: string): AppError {
  return errorAt(source, index, "WD492", `the sql header can't be read: ${problem}`, {
    hint: "// sql: (a integer, b text default 'x') returns setof public.thing stable",
  });
}

function isInput(parameter: FunctionParameter): boolean {
  return parameter.mode !== "FUNC_PARAM_OUT" && parameter.mode !== "FUNC_PARAM_TABLE";
}

function parameterOf(parameter: FunctionParameter, text: string): Parameter {
  return {
    name: parameter.name ?? "",
    type: namedType(typeText(parameter.argType)),
    nullable: true,
    variadic: parameter.mode === "FUNC_PARAM_VARIADIC",
    default: parameter.defexpr === undefined ? undefined : defaultText(parameter.name ?? "", text),
  };
}

/** The grammar's tree has lost the text: it is cut from behind the parameter's `default` or `=`. */
function defaultText(name: string, text: string): string {
  const start = new RegExp(`[(,]\\s*(?:variadic\\s+)?"?${name}"?\\s[^,]*?(?:\\bdefault\\b|=)\\s*`, "i").exec(text);
  const from = (start?.index ?? 0) + (start?.[0].length ?? 0);
  let depth = 0;
  for (let index = from; index < text.length; index++) {
    const char = text[index];
    if (char === "'") index = text.indexOf("'", index + 1);
    else if (char === "(" || char === "[") depth++;
    else if ((char === ")" || char === "," || char === "]") && depth === 0) return text.slice(from, index).trim();
    else if (char === ")" || char === "]") depth--;
  }
  return text.slice(from);
}

function resultOf(parameters: readonly FunctionParameter[], type: TypeName | undefined): Result {
  const columns = parameters.filter((parameter) => !isInput(parameter));
  if (columns.length > 0) {
    const named = columns.map(({ name = "", argType }) => ({ name, key: name, sql: typeText(argType) }));
    return { kind: "table", columns: named };
  }
  const text = typeText(type);
  if (type === undefined || text === "void") return { kind: "void" };
  if (text === "trigger") return { kind: "trigger" };
  return { kind: type.setof === true ? "set" : "value", type: namedType(text) };
}

function typeText(type: TypeName | undefined): string {
  const names = (type?.names ?? []).flatMap((node) => ("String" in node ? [node.String.sval ?? ""] : []));
  const plain = names.at(-2) === "pg_catalog" ? names.slice(-1) : names;
  const quoted = plain.map((name) => (/^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`));
  return `${quoted.join(".")}${(type?.arrayBounds ?? []).length > 0 ? "[]" : ""}`;
}

function textOf(node: Node | undefined): string | undefined {
  return node !== undefined && "String" in node ? node.String.sval : undefined;
}
