import { readFile } from "node:fs/promises";
import { AppError, didYouMean } from "../../errors/index.ts";
import { quoteLiteral, type ConsoleResult, type ConsoleSession } from "../../postgres/index.ts";

/** A line that begins with a backslash: what it asks Postgres, or what it tells the prompt. */
export type Backslash =
  | { readonly kind: "quit" }
  | { readonly kind: "help" }
  | { readonly kind: "query"; readonly file: string; readonly variables: Readonly<Record<string, string>> };

const relationKinds = { "\\d": "r,p,v,m,S,f", "\\dt": "r,p", "\\dv": "v", "\\dm": "m", "\\ds": "S" } as const;
const listings = { "\\df": "routines.sql", "\\dn": "schemas.sql", "\\du": "roles.sql" } as const;

/** What `\?` prints. */
export const backslashHelp = [
  ["\\d", "relations; \\d NAME shows one: columns, indexes, constraints, policies"],
  ["\\dt \\dv \\dm \\ds", "tables, views, materialized views, sequences"],
  ["\\df", "routines"],
  ["\\dn", "schemas"],
  ["\\du", "roles"],
  ["\\q", "quit (also Ctrl-D)"],
  ["\\?", "this list; everything else is SQL and ends with ;"],
] as const;

/** Reads a backslash line as psql would; throws WD002 for one that this prompt does not have. */
export function parseBackslash(line: string): Backslash {
  const [command = "", name] = line.trim().replace(/;$/, "").split(/\s+/, 2);
  if (command === "\\q" || command === "\\quit") return { kind: "quit" };
  if (command === "\\?" || command === "\\h") return { kind: "help" };
  if (command === "\\d" && name !== undefined) return { kind: "query", file: "relation.sql", variables: { name } };
  if (command in relationKinds) {
    const kinds = relationKinds[command as keyof typeof relationKinds];
    return { kind: "query", file: "relations.sql", variables: { kinds } };
  }
  if (command in listings) return { kind: "query", file: listings[command as keyof typeof listings], variables: {} };
  const known = [...Object.keys(relationKinds), ...Object.keys(listings), "\\q", "\\?"];
  throw new AppError("WD002", `unknown command "${command}"`, { hint: didYouMean(command, known) ?? "\\? lists them" });
}

/** Runs the catalog query of a backslash line; results without rows are left out unless all are. */
export async function runBackslash(
  backslash: Extract<Backslash, { kind: "query" }>,
  session: ConsoleSession,
): Promise<readonly ConsoleResult[]> {
  const text = await readFile(new URL(`./sql/${backslash.file}`, import.meta.url), "utf8");
  const results = await session.run(fill(text, backslash.variables));
  const told = results.filter((result) => result.rows.length > 0);
  return told.length > 0 ? told : results.slice(0, 1);
}

/** `:'name'` becomes the value as a literal, as psql's variables do. */
function fill(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replaceAll(/:'(\w+)'/g, (_, name: string) => quoteLiteral(variables[name] ?? ""));
}
