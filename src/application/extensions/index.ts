export { buildProjectExtension, bundleExtensions } from "./build.ts";
export type { BuiltExtension } from "./build.ts";
export { addExtensions, fetchOnly as fetchExtensions, rollbackExtensions, updateExtensions } from "./change.ts";
export { removeExtensions } from "./remove.ts";
export type { Addition, ChangeOptions, ExtensionFact, ExtensionsReport } from "./change.ts";
export { checkExtensionsLock, extensionTree, outdatedExtensions, searchExtensions, whyExtension } from "./look.ts";
export type { ExtensionNode, FoundExtension, OutdatedExtension } from "./look.ts";
