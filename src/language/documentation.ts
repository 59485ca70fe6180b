import type { Signature } from "./signature.ts";

/** What the comment before a function says of it beyond its types. */
export interface Documentation {
  readonly name: string | undefined;
  readonly schema: string | undefined;
  readonly volatility: Signature["volatility"];
  readonly definer: boolean;
  readonly grants: readonly string[];
  readonly comment: string | undefined;
}

/** Reads the tags of a comment: @stable, @immutable, @security definer, @schema x, @name x.fn, @grant anon, member. */
export function readDocumentation(comment: string): Documentation {
  const text = comment.replaceAll(/^[^\S\n]*(?:\/\*\*?|\*\/|\*(?!\/)|\/\/|#)[^\S\n]?/gm, "").replaceAll("*/", "");
  const tag = (name: string): string | undefined =>
    new RegExp(`^[^\\S\\n]*@${name}\\b[^\\S\\n]*(.*)$`, "m").exec(text)?.[1]?.trim();
  return {
    name: tag("name"),
    schema: tag("schema"),
    volatility: tag("immutable") !== undefined ? "immutable" : tag("stable") !== undefined ? "stable" : "volatile",
    definer: tag("security") === "definer",
    grants: (tag("grant") ?? "").split(/[\s,]+/).filter((role) => role !== ""),
    comment: firstSentence(text),
  };
}

/** The name of a routine in SQL: what its comment says, else its own in snake_case. */
export function sqlName({ name, schema }: Pick<Documentation, "name" | "schema">, own: string): string {
  // Any of the language's names may be a word of SQL.
  const last = name ?? `"${own}"`;
  return schema === undefined || last.includes(".") ? last : `${schema}.${last}`;
}

function firstSentence(text: string): string | undefined {
  const prose = text.split(/^[^\S\n]*(?:@|sql:)/m)[0]?.trim() ?? "";
  const paragraph =
    prose
      .split(/\n\s*\n/)[0]
      ?.replaceAll(/\s+/g, " ")
      .trim() ?? "";
  return paragraph === "" ? undefined : paragraph;
}
