import type { Capability } from "../../capability/index.ts";
import { pageRoutes } from "./routes.ts";
import { pagesSettings, type PagesSettings } from "./settings.ts";
import { verifyPages } from "./verify.ts";

/** pages/ as the URL tree: templates, their queries and their forms. */
export const pages: Capability<PagesSettings> = {
  name: "pages",
  needs: [],
  settings: pagesSettings,
  verify: verifyPages,
  mount: "",
  routes: pageRoutes,
};
