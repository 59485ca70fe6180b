import type { Log } from "../../../capability/index.ts";
import type { Connection, Target } from "../../../postgres/index.ts";
import type { StandaloneConfig } from "./config/index.ts";

/** How `howdah rest` is run besides what the configuration says. */
export interface StandaloneOptions {
  /** What file and environment say: where it listens and what it connects to does not change while it runs. */
  readonly config: StandaloneConfig;
  /** The whole configuration, asked for with each reading of the schema cache: the database may hold a part of it. */
  readonly configure: (connection: Connection) => Promise<StandaloneConfig>;
  readonly primary: Target;
  readonly requests: Target;
  /** Connections of this process at most. */
  readonly connections: number;
  /** Longest body of a request that is read. */
  readonly maxBodyBytes: number;
  readonly log: Log;
  /** Called where the connection was lost and db-pool-automatic-recovery is off. */
  readonly onGivenUp?: (() => void) | undefined;
}
