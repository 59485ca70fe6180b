import type { ExtensionRequest } from "./settings.ts";
import { build } from "./sources/build.ts";
import { contrib } from "./sources/contrib.ts";
import { deb } from "./sources/deb.ts";
import { pgxn } from "./sources/pgxn.ts";
import type { Source } from "./sources/source.ts";

/** In the order in which they are asked. */
export const sources: readonly Source[] = [contrib, deb, pgxn, build];

/** Those that may have what is asked for. */
export function sourcesFor(request: ExtensionRequest | undefined): readonly Source[] {
  if (request?.source === undefined) return sources.filter(({ name }) => name !== "build");
  return sources.filter(({ name }) => name === request.source);
}

/** Who understands what howdah.lock says of a source. */
export function sourceOf(text: string): Source {
  return sources.find(({ name }) => text === name || text.startsWith(`${name}:`)) ?? contrib;
}
