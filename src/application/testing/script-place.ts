import { randomBytes } from "node:crypto";
import type { Target } from "../../postgres/index.ts";
import type { Project, ProjectDatabase } from "../application.ts";
import type { CloneSource } from "./clone.ts";
import type { TestRun } from "./run-lock.ts";
import { testPrefix } from "./run-lock.ts";

/** All that a process needs to make databases of its own for a run: plain data. */
export interface ScriptPlace {
  readonly root: string;
  readonly environment: string;
  /** What the names of its databases begin with: they are the run's, and go with it. */
  readonly prefix: string;
  readonly source: CloneSource;
  readonly maintenance: Target;
  readonly database: Pick<
    ProjectDatabase,
    "version" | "provider" | "roles" | "admin" | "authenticator" | "service" | "roleSettings"
  >;
}

/** The place of one process of a run. */
export function scriptPlace(
  run: TestRun,
  project: Project,
  database: ProjectDatabase,
  source: CloneSource,
): ScriptPlace {
  const { version, provider, roles, admin, authenticator, service, roleSettings } = database;
  return {
    root: project.root,
    environment: project.config.environment ?? "test",
    prefix: `${testPrefix(admin.database)}${run.id}_${randomBytes(3).toString("hex")}_`,
    source,
    maintenance: run.maintenance,
    database: { version, provider, roles, admin, authenticator, service, roleSettings },
  };
}
