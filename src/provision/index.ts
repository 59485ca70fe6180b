export type { Cluster, ClusterOptions } from "./cluster.ts";
export type {
  DownloadProgress,
  Installation,
  Provider,
  ProviderContext,
  ProviderFeatures,
  ResolvedPostgres,
} from "./provider.ts";
export { clusterData, clusterMajor } from "./cluster-data.ts";
export type { ClusterData } from "./cluster-data.ts";
export { abandonedFindings } from "./findings/abandoned.ts";
export { clusterFindings } from "./cluster-findings.ts";
export { clusterState, destroyCluster, stopCluster } from "./cluster-state.ts";
export type { ClusterState } from "./cluster-state.ts";
export type { ClusterFinding, FindingOptions } from "./findings/finding.ts";
export type { Failure, SupervisorState } from "./lease-protocol.ts";
export { runningTarget } from "./running-target.ts";
export { system } from "./providers/system.ts";
export { startCluster } from "./start-cluster.ts";
export { deb, debProvider } from "./providers/deb.ts";
export { embedded } from "./providers/embedded.ts";
export { providerFor } from "./providers/select.ts";
export { unpackArtifacts } from "./providers/deb-artifacts.ts";
export { packagesOf } from "./providers/deb-packages.ts";
export type { PackagesOptions } from "./providers/deb-packages.ts";
export { debianArchitecture, isLeftOut, suiteOfMajor } from "./providers/deb-suites.ts";
export type { DebianArchitecture } from "./providers/deb-suites.ts";
export { rewrapSysroot } from "./providers/deb-sysroot.ts";
export { ownGlibc, ownPlatform, platformName } from "./providers/platform.ts";
export { singleUser } from "./single-user.ts";
export { restartCluster } from "./restart-cluster.ts";
