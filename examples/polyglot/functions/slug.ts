import { sql } from "howdah/sql";
import { plain } from "./_text.ts";

/**
 * What a title is called in an address; the second of a name gets a number.
 *
 * @grant anon
 */
export function slug(title: string): string {
  const base = plain(title).replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-+|-+$/g, "");
  if (base === "") throw new Error("a title needs a letter or a digit");
  const [{ taken = 0 } = {}] = sql<{ taken: number }>`
    select count(*) as taken
    from public.note
    where slug = ${base} or slug like ${`${base}-%`}
  `;
  return taken === 0 ? base : `${base}-${taken + 1}`;
}

/**
 * Words that occur in more than one title.
 *
 * @stable
 * @grant anon
 */
export function* commonWords(least = 2): Iterable<{ word: string; times: number }> {
  const times = new Map<string, number>();
  for (const { title } of sql<{ title: string }>`select title from public.note`) {
    for (const word of plain(title).match(/\p{L}+/gu) ?? []) times.set(word, (times.get(word) ?? 0) + 1);
  }
  for (const [word, count] of times) if (count >= least) yield { word, times: count };
}
