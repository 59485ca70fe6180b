import { nameKey, type SchemaCache } from "../../../catalog/index.ts";
import { noRelation } from "../failure/index.ts";
import type { InfoPlan } from "../plan/index.ts";
import type { RestRequest } from "../request/index.ts";
import type { Header, RestResponse } from "./rest-response.ts";
import { vary } from "./to-response.ts";

/** The answer to OPTIONS: what can be done with a path. Throws PGRST205 for a relation that there is not. */
export function toInfoResponse(_request: RestRequest, plan: InfoPlan, schema: SchemaCache): RestResponse {
  const headers: readonly Header[] = [
    ["Content-Length", "0"],
    ["Access-Control-Allow-Origin", "*"],
    ["Allow", allowedMethods(plan, schema)],
    vary,
  ];
  return { status: 200, headers, body: "" };
}

function allowedMethods(plan: InfoPlan, schema: SchemaCache): string {
  switch (plan.target.kind) {
    case "root":
      return "OPTIONS,GET,HEAD";
    case "routine":
      return plan.routine?.volatility === "volatile" ? "OPTIONS,POST" : "OPTIONS,GET,HEAD,POST";
    case "relation":
      return relationMethods(plan.schema, plan.target.name, schema);
  }
}

function relationMethods(schemaName: string, name: string, schema: SchemaCache): string {
  const relation = schema.relations.get(nameKey({ schema: schemaName, name }));
  if (relation === undefined) throw noRelation(schemaName, name, null);
  const { insertable, updatable, deletable, primaryKey } = relation;
  return [
    "OPTIONS,GET,HEAD",
    ...(insertable ? ["POST"] : []),
    ...(insertable && updatable && primaryKey.length > 0 ? ["PUT"] : []),
    ...(updatable ? ["PATCH"] : []),
    ...(deletable ? ["DELETE"] : []),
  ].join(",");
}
