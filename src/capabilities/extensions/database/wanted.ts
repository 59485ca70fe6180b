import type { LockedItem } from "../../../project/index.ts";
import { installationOrder } from "../../../resolve/index.ts";
import { entryOf } from "../registry.ts";
import type { ExtensionSettings } from "../settings.ts";

/** An extension that a database is to have. */
export interface WantedExtension {
  readonly name: string;
  /** Undefined: the one that the server takes by default. */
  readonly version: string | undefined;
  readonly schema: string | undefined;
  readonly preload: readonly string[];
  /** Where it stands in howdah.lock: "contrib", "deb", "server". */
  readonly source: string;
  /** What it needs, as far as it is known. */
  readonly requires: readonly string[];
}

/** What howdah.toml and howdah.lock want to be in the database, each behind all that it needs. */
export function wantedExtensions(
  settings: ExtensionSettings,
  items: Readonly<Record<string, LockedItem>>,
): readonly WantedExtension[] {
  const names = new Set([...Object.keys(settings), ...Object.keys(items)]);
  const needs = new Map([...names].map((name) => [name, items[name]?.requires ?? []] as const));
  return installationOrder(needs).flatMap((name): readonly WantedExtension[] => {
    const [item, request] = [items[name], settings[name]];
    if (request?.create === false) return [];
    if (item === undefined) {
      return request?.source === "server" ? [{ ...onServer, name, schema: request.schema }] : [];
    }
    const [, version] = item.provides[0]?.split(" ") ?? [];
    // A library without a control file is no extension.
    if (version === undefined) return [];
    const pinned = item.source === "contrib" ? undefined : version;
    const { preload, source, requires } = item;
    return [{ name, version: pinned, schema: request?.schema, preload, source, requires }];
  });
}

const onServer = { version: undefined, preload: [], source: "server", requires: [] } as const;

/** True for what can be in one database of a cluster only. */
export function isForOneDatabase(name: string): boolean {
  return entryOf(name)?.oneDatabase === true;
}
