import type { Generation } from "../capabilities/index.ts";
import type { Project } from "./application.ts";

/**
 * Server settings that the capabilities need, with the project's own on top.
 *
 * Libraries to preload are joined: each capability names its own, the extensions theirs, and the project's are added to them.
 */
export function clusterSettings(
  project: Project,
  extensions?: Pick<Generation, "settings" | "preload">,
): Readonly<Record<string, string>> {
  const needs = project.capabilities.map(({ capability, settings }) => capability.cluster?.(settings) ?? {});
  const own = project.config.postgres.settings;
  const preload = [
    ...needs.flatMap((need) => need.preload ?? []),
    ...(extensions?.preload ?? []),
    ...(own["shared_preload_libraries"]?.split(",") ?? []),
  ];
  const libraries = [...new Set(preload.map((library) => library.trim()).filter((library) => library !== ""))];
  return {
    ...Object.assign({}, ...needs.map((need) => need.settings ?? {})),
    ...extensions?.settings,
    ...own,
    ...(libraries.length === 0 ? {} : { shared_preload_libraries: libraries.join(",") }),
  };
}
