import type { Target } from "../postgres/index.ts";
import type { SupervisorState } from "./lease-protocol.ts";
import type { Installation } from "./provider.ts";

/** Which cluster is started, and how. */
export interface ClusterOptions {
  /** The project's `.howdah` folder: data directory, sockets, passwords, log. */
  readonly home: string;
  readonly installation: Installation;
  /** Server settings on top of ours, e.g. from howdah.toml or a capability's ClusterNeeds. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
  readonly cache: string;
  readonly signal?: AbortSignal | undefined;
}

/** A running cluster that this process holds a lease on. */
export interface Cluster extends AsyncDisposable {
  readonly version: string;
  /** Superuser of the cluster over the Unix socket (loopback TCP on Windows); database "postgres". */
  readonly admin: Target;
  /** Loopback TCP port, for GUI clients; the password is in admin.password. */
  readonly port: number;
  /** True when another process had started it already. */
  readonly joined: boolean;
  /** Told of each change: Postgres ended and is being started again, its port changed, somebody stopped it. Returns
   * the function that ends the subscription. `port` and `admin` are current whenever a listener is called. */
  onState(listener: (state: SupervisorState) => void): () => void;
  /** Gives the lease back: the supervisor stops the cluster when the last lease is gone. Resolves once it has stopped
   * or another lease is known to hold it. */
  release(): Promise<void>;
}
