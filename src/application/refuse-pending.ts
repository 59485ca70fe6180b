import { planCapability } from "../capability/index.ts";
import { AppError } from "../errors/index.ts";
import { quoteIdentifier, type Connection } from "../postgres/index.ts";
import { coreVersion, readRelease } from "../schema/index.ts";
import type { Project, ProjectDatabase } from "./application.ts";
import { planExtensionsOf, planProject } from "./assemble-project.ts";

const shown = 5;

/**
 * Refuses with WD042 to serve a project whose files, capabilities or howdah say more, or other things, than the
 * database holds; reads only.
 *
 * A database that is ahead is refused by what notices it: WD404 for a migration whose file is missing, WD431 for one of
 * a newer howdah, WD606 for one of a newer capability.
 */
export async function refusePending(project: Project, database: ProjectDatabase): Promise<void> {
  const { actions } = await planProject(project, database, { mode: "production" });
  const lacking = [
    ...(await lackingBelow(project, database)),
    ...(await lackingExtensions(project, database)),
    ...actions.map((action) => `${action.kind} ${"object" in action ? action.object : action.file}`),
  ];
  if (lacking.length === 0) return;
  const more = lacking.length > shown ? `, and ${lacking.length - shown} more` : "";
  throw new AppError(
    "WD042",
    `the database lacks ${lacking.length} change${lacking.length === 1 ? "" : "s"} of the project`,
    {
      detail: `${lacking.slice(0, shown).join(", ")}${more}`,
      hint: "howdah migrate brings it up to date; howdah migrate --plan shows how",
    },
  );
}

async function lackingExtensions(project: Project, database: ProjectDatabase): Promise<readonly string[]> {
  await using connection = await database.connectOwner();
  return (await planExtensionsOf(project, database, connection)).actions.map(
    ({ kind, name }) => `${kind} extension ${name}`,
  );
}

/** What the project's own files stand on: howdah's schema and those of the capabilities. */
async function lackingBelow(project: Project, database: ProjectDatabase): Promise<readonly string[]> {
  await using connection = await database.connectOwner();
  return await connection.transaction(async (tx) => {
    await tx.execute(`set transaction read only; set local role ${quoteIdentifier(database.roles.owner)}`);
    const lacking = [...(await lackingCore(tx))];
    for (const { capability } of project.capabilities) {
      const { changed, migrations } = await planCapability(tx, capability);
      if (changed) lacking.push(`install ${[capability.name, ...migrations].join(" ")}`);
    }
    return lacking;
  });
}

async function lackingCore(tx: Pick<Connection, "query">): Promise<readonly string[]> {
  const release = await readRelease(tx);
  if (release === undefined) return ["the first assembly"];
  return release.core < coreVersion() ? [`howdah's own schema ${coreVersion()}`] : [];
}
