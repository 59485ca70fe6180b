import type { Relation } from "../../../../catalog/index.ts";
import { summarize } from "../paths.ts";
import { componentKey, refer, type Json } from "./json.ts";
import { filterKey, parameter, profileParameters } from "./parameters.ts";
import { failed, rowsContent, rowsResponse } from "./responses.ts";
import { schemaKeys } from "./row-schemas.ts";

/** The operations that a relation has, by its kind. */
export function relationPath(relation: Relation, schemas: readonly string[]): Json {
  const { insertable, updatable, deletable, primaryKey } = relation;
  const operations = new Operations(relation, schemas);
  return {
    get: operations.get(),
    ...(insertable ? { post: operations.post() } : {}),
    ...(insertable && updatable && primaryKey.length > 0 ? { put: operations.put() } : {}),
    ...(updatable ? { patch: operations.patch() } : {}),
    ...(deletable ? { delete: operations.delete() } : {}),
  };
}

class Operations {
  readonly #relation: Relation;
  readonly #schemas: readonly string[];
  readonly #row: Json;

  constructor(relation: Relation, schemas: readonly string[]) {
    this.#relation = relation;
    this.#schemas = schemas;
    this.#row = refer("schemas", schemaKeys(relation.name).row);
  }

  get(): Json {
    return {
      ...this.#about("get"),
      parameters: [
        ...this.#filters(),
        ...["select", "order", "limit", "offset", "range", "preferCount"].map(parameter),
        ...profileParameters("acceptProfile", this.#schemas),
      ],
      responses: {
        200: rowsResponse("All rows that were asked for", this.#row),
        206: rowsResponse("Some of the rows that there are", this.#row),
        ...failed,
      },
    };
  }

  post(): Json {
    return {
      ...this.#about("post"),
      parameters: [...["select", "columns", "onConflict", "preferPost"].map(parameter), ...this.#profile()],
      requestBody: this.#insertBody(),
      responses: {
        200: { description: "Merged with rows that were there", content: rowsContent(this.#row) },
        201: { description: "Inserted", content: rowsContent(this.#row) },
        ...failed,
      },
    };
  }

  put(): Json {
    const key = this.#relation.primaryKey.map((column) => parameter(filterKey(this.#relation.name, column)));
    const schema = refer("schemas", schemaKeys(this.#relation.name).insert);
    return {
      ...this.#about("put"),
      parameters: [...key, ...["select", "preferReturn"].map(parameter), ...this.#profile()],
      requestBody: { required: true, content: { "application/json": { schema } } },
      responses: this.#written(),
    };
  }

  patch(): Json {
    const schema = refer("schemas", schemaKeys(this.#relation.name).update);
    return {
      ...this.#about("patch"),
      parameters: [...this.#filters(), ...["select", "columns", "preferReturn"].map(parameter), ...this.#profile()],
      requestBody: { required: true, content: { "application/json": { schema } } },
      responses: this.#written(),
    };
  }

  delete(): Json {
    return {
      ...this.#about("delete"),
      parameters: [...this.#filters(), ...["select", "preferReturn"].map(parameter), ...this.#profile()],
      responses: this.#written(),
    };
  }

  #about(method: string): Json {
    const { name, description } = this.#relation;
    return { operationId: `${method}-${componentKey(name)}`, tags: [name], ...summarize(description) };
  }

  #filters(): readonly Json[] {
    const { name, columns } = this.#relation;
    return [...columns.keys()].map((column) => parameter(filterKey(name, column)));
  }

  #profile(): readonly Json[] {
    return profileParameters("contentProfile", this.#schemas);
  }

  #insertBody(): Json {
    const one = refer("schemas", schemaKeys(this.#relation.name).insert);
    return {
      required: true,
      content: {
        "application/json": { schema: { anyOf: [one, { type: "array", items: one }] } },
        "application/x-www-form-urlencoded": { schema: one },
        "text/csv": { schema: { type: "string" } },
      },
    };
  }

  #written(): Json {
    return {
      200: { description: "The rows that were written", content: rowsContent(this.#row) },
      204: { description: "Done" },
      ...failed,
    };
  }
}
