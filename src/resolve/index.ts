export { readZip } from "./archive/zip.ts";
export { packTar } from "./archive/pack-tar.ts";
export { unpackTar } from "./archive/tar.ts";
export type { UnpackOptions } from "./archive/tar.ts";
export { cacheRoot, ensureCacheFolder } from "./cache.ts";
export type { CacheSurroundings } from "./cache.ts";
export { changeLock } from "./change-lock.ts";
export { dependencyClosure } from "./debian/closure.ts";
export { unpackDeb } from "./debian/deb.ts";
export { parseDependencies } from "./debian/dependency.ts";
export type { Alternatives, Dependency } from "./debian/dependency.ts";
export { PackageIndex } from "./debian/package.ts";
export type { DebianPackage } from "./debian/package.ts";
export { suitePackages } from "./debian/repository.ts";
export type { DebianSource, RepositoryOptions } from "./debian/repository.ts";
export { compareDebianVersions, upstreamVersion } from "./debian/version.ts";
export { discard, download } from "./download.ts";
export type { Artifact, DownloadOptions } from "./download.ts";
export { fileError } from "./file-error.ts";
export { fetchCommit, gitCommit, gitTags, isGitUrl } from "./git.ts";
export type { GitContent, GitTag } from "./git.ts";
export { HttpClient, httpStatus } from "./http.ts";
export type { Connecting, HttpResponse, RequestOptions } from "./http.ts";
export { parseIntegrity } from "./integrity.ts";
export { linkTree } from "./link-tree.ts";
export { withLock } from "./lock.ts";
export type { LockOptions } from "./lock.ts";
export { isNoSuchPackage, NpmRegistry } from "./npm/registry.ts";
export type { NpmPublication, NpmVersion } from "./npm/registry.ts";
export { npmSettings } from "./npm/settings.ts";
export type { NpmSettings, NpmSurroundings } from "./npm/settings.ts";
export { contentFolder, ensureContent, listContent } from "./store.ts";
export type { ContentOptions } from "./store.ts";
export { compareVersions, majorOf, nearestVersions, parseVersionRequest, satisfiesRequest } from "./version.ts";
export type { VersionRequest } from "./version.ts";
export {
  comparePackageVersions,
  formatPackageVersion,
  parsePackageVersion,
  readPackageVersion,
} from "./package-version.ts";
export type { PackageVersion } from "./package-version.ts";
export { anyVersion, highest, parseRequirement, satisfies } from "./requirement.ts";
export type { Requirement } from "./requirement.ts";
export { installationOrder } from "./solve/order.ts";
export { solve } from "./solve/solve.ts";
export type { Candidate, Solution, Universe } from "./solve/universe.ts";
