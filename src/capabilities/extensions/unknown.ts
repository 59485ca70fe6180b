import { AppError, didYouMean } from "../../errors/index.ts";
import { entryOf, registry } from "./registry.ts";
import { sources } from "./sources.ts";
import type { Place } from "./sources/source.ts";

/** Nobody has it: a name that is known, and not there for this server (WD701), or one that nobody knows (WD700). */
export async function unknownExtension(name: string, tried: readonly string[], place: Place): Promise<AppError> {
  const { major } = place.installation;
  const where = `asked: ${tried.join(", ") || "none"}`;
  if (entryOf(name) !== undefined) {
    return new AppError("WD701", `${name} is not there for PostgreSQL ${major}`, {
      detail: `${where}, on ${place.platform}`,
      hint: "another major of Postgres may have it, or build it from its source: howdah add --from GIT-URL",
    });
  }
  const names = await Promise.all(sources.map(async (source) => source.names(place).catch(() => [])));
  const known = [...new Set([...Object.keys(registry), ...names.flat()])];
  return new AppError("WD700", `no extension is called "${name}"`, {
    detail: `${where}, for PostgreSQL ${major}`,
    hint: didYouMean(name, known) ?? "howdah search WORD shows what there is",
  });
}
