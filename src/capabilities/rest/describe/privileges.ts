import { sqlFiles, type RawResult, type RequestQuery } from "../../../postgres/index.ts";

/** What a role may see of a schema. */
export interface Accessible {
  /** Names of relations on which it has any privilege. */
  readonly relations: ReadonlySet<string>;
  /** Routines that it may call; see `accessKey`. */
  readonly routines: ReadonlySet<string>;
}

/** Overloads are told apart by how many arguments they take. */
export function accessKey(routine: string, parameters: number): string {
  return `${routine}\0${parameters}`;
}

const text = sqlFiles(new URL("./sql/", import.meta.url));

/** Asks, as the role of the request, what it may see. */
export function privilegesQuery(schema: string): RequestQuery {
  return { text: text("privileges"), values: [schema] };
}

/** The answer to `privilegesQuery`. */
export function toAccessible(result: RawResult | undefined): Accessible {
  const [relations, routines] = result?.rows[0] ?? [];
  const parse = (json: Buffer | null | undefined): unknown => JSON.parse(json?.toString("utf8") ?? "[]");
  return {
    relations: new Set(parse(relations) as readonly string[]),
    routines: new Set((parse(routines) as readonly [string, number][]).map(([name, count]) => accessKey(name, count))),
  };
}
