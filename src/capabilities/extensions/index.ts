import type { Capability } from "../../capability/index.ts";
import { extensionSettings, type ExtensionSettings } from "./settings.ts";

/** [extensions]: native extensions, resolved, locked, fetched and made visible to the server. */
export const extensions: Capability<ExtensionSettings> = {
  name: "extensions",
  needs: [],
  settings: extensionSettings,
};

export { applyExtensions, preflight as preflightExtensions, statementOf } from "./database/apply.ts";
export { dependentsOf } from "./database/dependents.ts";
export { planExtensions, throwFirst, type ExtensionAction, type ExtensionPlan } from "./database/plan.ts";
export { readExtensions, readServer } from "./database/state.ts";
export { isForOneDatabase, wantedExtensions, type WantedExtension } from "./database/wanted.ts";
export { makeGeneration } from "./install/generation.ts";
export type { Generation } from "./install/parts.ts";
export { extensionPlatform, placeFor, type PlaceOptions } from "./place.ts";
export { entryOf, extensionName, registry } from "./registry.ts";
export { extensionFolders, resolveExtensions, type Resolution } from "./resolve.ts";
export { requirementOf, type ExtensionRequest, type ExtensionSettings, type SourceName } from "./settings.ts";
export { isBuiltFrom } from "./sources/build.ts";
export { sourceOf as sourceOfRequest, sources } from "./sources.ts";
export type { Place } from "./sources/source.ts";
export { rangeFor, readExtensionVersion } from "./version.ts";
