import { readSchemas, readTypeRows } from "../../catalog/index.ts";
import { AppError, didYouMean } from "../../errors/index.ts";
import { connect, quoteIdentifier, sql, type Connection } from "../../postgres/index.ts";
import type { Project, ProjectDatabase } from "../application.ts";
import { testSchema } from "../testing/assertions.ts";
import { beginRun, maintenanceOf } from "../testing/run-lock.ts";
import { openTemplate } from "../testing/template.ts";
import { typeText } from "./type-text.ts";

/** Which types are written. */
export interface ProjectTypesOptions {
  /** Default: every schema of the project's own, those of capabilities left out. */
  readonly schemas?: readonly string[] | undefined;
  readonly onStep?: ((step: string) => void) | undefined;
}

/**
 * TypeScript types of a project's schema, as its files say it: read from the template that tests are copied from, so that
 * the project's database is neither changed nor has to be up to date. Where the role of a url may create no databases it
 * is that url's database which is read.
 *
 * @throws AppErrors where the project does not assemble; WD479 for a schema that is not there
 */
export async function projectTypes(
  project: Project,
  database: ProjectDatabase,
  options: ProjectTypesOptions = {},
): Promise<string> {
  if (!(await mayCreate(database))) return await textOf(project, database, database.admin.database, options);
  await using run = await beginRun(database);
  const { source } = await openTemplate(run, project, database, { seeds: false, onStep: options.onStep });
  return await textOf(project, database, source.template, options);
}

async function textOf(
  project: Project,
  { admin, roles }: ProjectDatabase,
  name: string,
  { schemas }: ProjectTypesOptions,
): Promise<string> {
  await using connection = await connect({ ...admin, database: name }, { applicationName: "howdah types" });
  await connection.execute(`set role ${quoteIdentifier(roles.owner)}`);
  const chosen = await chooseSchemas(connection, project, schemas);
  return typeText(await readTypeRows(connection, chosen), chosen);
}

async function chooseSchemas(
  connection: Connection,
  { capabilities }: Project,
  wanted: readonly string[] | undefined,
): Promise<readonly string[]> {
  const present = (await readSchemas(connection)).filter((name) => name !== testSchema);
  if (wanted === undefined) {
    const foreign = new Set(capabilities.map(({ capability }) => capability.schema));
    return present.filter((name) => !foreign.has(name));
  }
  const missing = wanted.find((name) => !present.includes(name));
  if (missing === undefined) return present.filter((name) => wanted.includes(name));
  throw new AppError("WD479", `there is no schema ${missing}`, {
    detail: `there are: ${present.join(", ")}`,
    hint: didYouMean(missing, present),
  });
}

async function mayCreate(database: ProjectDatabase): Promise<boolean> {
  await using connection = await connect(maintenanceOf(database), { applicationName: "howdah types" });
  const [self] = await connection.query<{ able: boolean }>(sql`
    select rolsuper or rolcreatedb as able from pg_catalog.pg_roles where rolname = current_user`);
  return self?.able === true;
}
