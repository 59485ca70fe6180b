import { readLock } from "../project/index.ts";
import { clusterState, type ClusterState } from "../provision/index.ts";
import type { Project } from "./application.ts";
import { servedAddress, type ServedAddress } from "./address.ts";
import { homeOf } from "./open-database.ts";

/** What goes on with a project, seen from outside: nothing is started for it. */
export interface ProjectStatus {
  readonly name: string;
  readonly root: string;
  readonly environment: string;
  readonly postgres: {
    readonly provider: string;
    /** As howdah.toml asks; "" with a url. */
    readonly requested: string;
    /** As howdah.lock says, where it answers the request. */
    readonly locked: string | undefined;
    /** Undefined with a url: somebody else runs it. */
    readonly cluster: ClusterState | undefined;
  };
  readonly server: ServedAddress | undefined;
  readonly capabilities: readonly string[];
}

/** Reads the status; starts nothing and connects to nothing but this machine's own supervisor and server. */
export async function projectStatus(project: Project): Promise<ProjectStatus> {
  const { config, root, capabilities } = project;
  const { provider, version } = config.postgres;
  const lock = await readLock(root);
  return {
    name: config.name,
    root,
    environment: config.environment ?? "development",
    postgres: {
      provider,
      requested: version ?? "",
      locked: lock?.postgres?.request === version ? lock.postgres.version : undefined,
      cluster: provider === "url" ? undefined : await clusterState(homeOf(project)),
    },
    server: await servedAddress(homeOf(project)),
    capabilities: capabilities.map(({ capability }) => capability.name),
  };
}
