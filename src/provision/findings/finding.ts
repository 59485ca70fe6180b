/** One thing that was found about a cluster; structurally the Finding of the capability contract. */
export interface ClusterFinding {
  readonly kind: "ok" | "warning" | "problem";
  readonly name: string;
  readonly message: string;
  readonly hint?: string | undefined;
  /** Repairs it; safe to call while nothing else changes the cluster. */
  readonly fix?: (() => Promise<void>) | undefined;
}

/** What the findings are about. */
export interface FindingOptions {
  /** The major that howdah.toml asks for. */
  readonly major?: number | undefined;
  /** Root of howdah's cache: templates there can be made again, and go first when the disk is full. */
  readonly cache?: string | undefined;
  /** Free bytes of a folder's disk; the real ones by default. */
  readonly freeBytes?: ((folder: string) => Promise<number>) | undefined;
}
