/** What a provider can do beyond naming a server: the conformance suite runs each declared feature. */
export interface ProviderFeatures {
  /** `install` gives binaries that we can start (false for url). */
  readonly start: boolean;
  /** The version can be chosen (embedded, deb); otherwise it is found. */
  readonly versions: boolean;
}

/** An exact version with all that is needed to fetch it again: what stands in howdah.lock. */
export interface ResolvedPostgres {
  readonly provider: "embedded" | "deb" | "system";
  /** Postgres's own version, e.g. "18.4". */
  readonly version: string;
  /** Package name and version, or the folder for `system`. */
  readonly source: string;
  /** Every fetched file with its hash: sha512-… (npm) or sha256-… (Debian). */
  readonly artifacts: readonly { readonly url: string; readonly integrity: string; readonly bytes?: number }[];
}

/** Postgres on this disk, ready to be started. Immutable and shared by projects. */
export interface Installation {
  readonly provider: "embedded" | "deb" | "system";
  readonly version: string;
  readonly major: number;
  /** Absolute folder of initdb, postgres, …. */
  readonly bin: string;
  /** Absolute paths of client programs that the provider has. */
  readonly tools: Readonly<Partial<Record<"psql" | "pg_dump" | "pg_restore" | "pg_isready", string>>>;
  /** Environment that its programs need, if any. */
  readonly env: Readonly<Record<string, string>>;
}

/** What a provider is given besides a version. */
export interface ProviderContext {
  /** Absolute root of howdah's cache. */
  readonly cache: string;
  readonly signal?: AbortSignal | undefined;
  /** Called while bytes arrive; total is undefined where the server does not say. */
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
}

/** How far a download has come. */
export interface DownloadProgress {
  readonly what: string;
  readonly receivedBytes: number;
  readonly totalBytes: number | undefined;
}

/** A source of Postgres. */
export interface Provider {
  readonly name: "embedded" | "deb" | "system";
  readonly features: ProviderFeatures;
  /** "18" or "17.10" → the newest exact version that satisfies it. Asks the registry; throws WD3xx with what was seen. */
  resolve(version: string, context: ProviderContext): Promise<ResolvedPostgres>;
  /** Idempotent, atomic and locked: a second caller waits, a killed one leaves nothing half-done. Works offline when
   * it is already in the cache. */
  install(resolved: ResolvedPostgres, context: ProviderContext): Promise<Installation>;
}
