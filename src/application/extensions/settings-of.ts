import { extensions, type ExtensionSettings } from "../../capabilities/index.ts";
import type { Project } from "../application.ts";

/** [extensions] of a project. */
export function extensionsOf({ capabilities }: Pick<Project, "capabilities">): ExtensionSettings {
  const loaded = capabilities.find(({ capability }) => capability.name === extensions.name);
  return (loaded?.settings as ExtensionSettings | undefined) ?? {};
}
