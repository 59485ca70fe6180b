import type { Connection } from "../postgres/index.ts";
import { cloneSchema, tryOut, type Model, type Trial, type TriedSchema } from "../schema/index.ts";
import type { Project, ProjectDatabase } from "./application.ts";
import { desiredOf, leftOut, prefixOf, scratchOf, type DesiredBasis } from "./desired.ts";

/** A database on the project's scratch server that has the schema of the live one and no rows; see `cloneSchema`. */
export async function cloneOf(
  project: Project,
  database: ProjectDatabase,
  live: Model,
  basis: DesiredBasis,
): Promise<Connection> {
  const { target, options } = await placeOf(project, database, basis);
  return await cloneSchema(target, live, options);
}

/** A database to try a plan out in; see `tryOut`. */
export async function trialOf(
  project: Project,
  database: ProjectDatabase,
  schema: TriedSchema,
  basis: DesiredBasis,
): Promise<Trial> {
  const { target, options } = await placeOf(project, database, basis);
  return await tryOut(target, schema, options);
}

async function placeOf(project: Project, database: ProjectDatabase, basis: DesiredBasis) {
  // The roles that the schema names are on the scratch server once the files have been loaded there.
  const desired = await desiredOf(project, database, basis);
  const { target } = await scratchOf(project, database);
  const read = { leaveOut: leftOut(project), roles: desired.roles };
  const { before, cacheKey } = basis;
  return { target, options: { read, before, cacheKey, owner: database.roles.owner, prefix: prefixOf(project) } };
}
