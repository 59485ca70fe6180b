import type { Capability } from "../../capability/index.ts";
import { checks, review } from "./checks.ts";
import { projectSettings, type ProjectSettings } from "./project-settings.ts";
import { restRoutes } from "./routes.ts";

/** What serves the same alone, on any database. */
export const loadStandaloneRest = () => import("./standalone/index.ts");

/** The tables, views and functions of the exposed schemas over HTTP, as PostgREST's clients know it. */
export const rest: Capability<ProjectSettings> = {
  name: "rest",
  needs: [],
  settings: projectSettings,
  mount: "/rest/v1",
  review,
  routes: restRoutes,
  checks,
};
