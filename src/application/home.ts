import { join } from "node:path";
import type { Project } from "./application.ts";

/** The folder of this machine's state in a project: not in version control. */
export function homeOf({ root }: Pick<Project, "root">): string {
  return join(root, ".howdah");
}
