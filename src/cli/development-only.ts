import type { Project } from "../application/index.ts";
import { AppError } from "../errors/index.ts";
import { modeOf } from "./session.ts";

/** Refuses with WD043 to drop what is not howdah's: a database in production, or one that is reached by a url. */
export function requireDevelopment(command: string, project: Project): void {
  const production = modeOf(project) === "production";
  if (!production && project.config.postgres.provider !== "url") return;
  throw new AppError("WD043", `${command} is for development`, {
    detail: production ? "HOWDAH_ENV says production" : "the database is reached by a url",
    hint: "the administrator of such a database drops it",
  });
}
