import type { Relation, Routine, SchemaCache } from "../../../catalog/index.ts";
import type { RestSettings } from "../settings.ts";
import { accessKey, type Accessible } from "./privileges.ts";

/** What is described, and where it answers. */
export interface Described {
  readonly cache: SchemaCache;
  readonly schema: string;
  /** What the role may see; null for everything. */
  readonly accessible: Accessible | null;
  readonly openApi: RestSettings["openApi"];
  /** The Host header of the request, for an API that does not know its own address. */
  readonly host: string | undefined;
}

/** The relations of the schema that the role may see. */
export function describedRelations({ cache, schema, accessible }: Described): readonly Relation[] {
  return [...cache.relations.values()].filter(
    (relation) => relation.schema === schema && (accessible === null || accessible.relations.has(relation.name)),
  );
}

/** The routines of the schema that the role may call, each overload by itself. */
export function describedRoutines({ cache, schema, accessible }: Described): readonly Routine[] {
  return [...cache.routines.values()]
    .flat()
    .filter(
      (routine) =>
        routine.schema === schema &&
        (accessible === null || accessible.routines.has(accessKey(routine.name, routine.parameters.length))),
    );
}

/** Scheme, host, port and path of the proxy in front, where the settings name one. */
export function proxyOf({ serverProxyUri }: RestSettings["openApi"]): URL | null {
  return serverProxyUri === null ? null : new URL(serverProxyUri);
}
