import type { Routine } from "../../../../catalog/index.ts";
import { interfaceVersion } from "../../interface-version.ts";
import { describedRelations, describedRoutines, proxyOf, type Described } from "../described.ts";
import { summarize } from "../paths.ts";
import type { Json } from "./json.ts";
import { sharedParameters } from "./parameters.ts";
import { relationPath } from "./relation-path.ts";
import { sharedHeaders, sharedResponses, sharedSchemas } from "./responses.ts";
import { routinePath } from "./routine-path.ts";
import { rowSchemas } from "./row-schemas.ts";

/** What the document of version 3 says besides. */
export interface DescribedOpenly extends Described {
  /** All that are exposed: where there are several, operations say which one they speak to. */
  readonly schemas: readonly string[];
  /** Whether tokens are heard. */
  readonly hasTokens: boolean;
}

/** The description of the API of one schema, as OpenAPI 3.1 (JSON Schema 2020-12), as JSON. */
export function describeOpenApi(described: DescribedOpenly): string {
  const { cache, schema, schemas, openApi } = described;
  const relations = describedRelations(described);
  const routines = Map.groupBy(describedRoutines(described), ({ name }) => name);
  const { summary, description } = summarize(cache.schemaDescriptions.get(schema) ?? null);
  const around = { schemas, relations: new Set(relations.map(({ name }) => name)) };
  return JSON.stringify({
    openapi: "3.1.1",
    info: {
      title: summary ?? schema,
      ...(description === undefined ? {} : { description }),
      version: interfaceVersion,
    },
    servers: [{ url: proxyOf(openApi)?.href.replace(/\/$/, "") ?? openApi.basePath ?? "/" }],
    ...security(described),
    paths: Object.fromEntries([
      ...relations.map((relation) => [pathOf(relation.name), relationPath(relation, schemas)] as const),
      ...[...routines].map(
        ([name, overloads]) => [`/rpc${pathOf(name)}`, routinePath(overloads as [Routine], around)] as const,
      ),
    ]),
    components: {
      schemas: Object.assign({ ...sharedSchemas }, ...relations.map((relation) => rowSchemas(relation, cache))) as Json,
      parameters: sharedParameters(relations, schemas, schema),
      responses: sharedResponses,
      headers: sharedHeaders,
      ...securitySchemes(described),
    },
    externalDocs: { description: "How it is asked", url: "https://docs.postgrest.org/en/stable/references/api.html" },
  });
}

/** Braces would make a template of it. */
function pathOf(name: string): string {
  return `/${encodeURIComponent(name)}`;
}

/** A token may be sent; what a stranger may do needs none. */
function security({ hasTokens }: DescribedOpenly): Json {
  return hasTokens ? { security: [{}, { token: [] }] } : {};
}

function securitySchemes({ hasTokens }: DescribedOpenly): Json {
  return hasTokens ? { securitySchemes: { token: { type: "http", scheme: "bearer", bearerFormat: "JWT" } } } : {};
}
