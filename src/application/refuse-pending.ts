import { AppError } from "../errors/index.ts";
import type { Project, ProjectDatabase } from "./application.ts";
import { planProject } from "./assemble-project.ts";

const shown = 5;

/** Refuses with WD042 to serve a project whose files say more, or other things, than the database holds. */
export async function refusePending(project: Project, database: ProjectDatabase): Promise<void> {
  const { actions } = await planProject(project, database, { mode: "production" });
  if (actions.length === 0) return;
  const names = actions.slice(0, shown).map((action) => `${action.kind} ${"object" in action ? action.object : action.file}`);
  const more = actions.length > shown ? `, and ${actions.length - shown} more` : "";
  throw new AppError("WD042", `the database lacks ${actions.length} change${actions.length === 1 ? "" : "s"} of the project`, {
    detail: `${names.join(", ")}${more}`,
    hint: "howdah migrate brings it up to date; howdah migrate --plan shows how",
  });
}
