/** The file's name in every project. */
export const lockFile = "howdah.lock";

/** What howdah.lock holds: what was asked for, and exactly what was taken. */
export interface Lock {
  readonly postgres?: LockedPostgres | undefined;
  /** By name. */
  readonly extensions?: Readonly<Record<string, LockedItem>> | undefined;
  /** SQL packages: a name may stand there in several versions, since they live side by side. */
  readonly packages?: readonly LockedPackage[] | undefined;
}

/** A SQL package that was fetched. */
export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  /** "npm:@acme/low", "git+https://…#commit", with "@branch" and ":folder" behind it where they were asked for. */
  readonly source: string;
  /** The tarball; none where a commit says what it is. */
  readonly artifacts: readonly LockedArtifact[];
}

export interface LockedPostgres {
  /** What howdah.toml asked for when it was resolved, e.g. "18". */
  readonly request: string;
  readonly provider: string;
  /** Postgres's own version, e.g. "18.4". */
  readonly version: string;
  /** Package name and version, or the folder for `system`. */
  readonly source: string;
  readonly artifacts: readonly LockedArtifact[];
}

/** One thing that was resolved by name: an extension. */
export interface LockedItem {
  /** The range of howdah.toml, or that of who needs it. */
  readonly request: string;
  /** As its source counts them: "0.8.7". */
  readonly version: string;
  /** "contrib", "deb", "server", "pgxn", "git+https://…#commit", "path:…". */
  readonly source: string;
  /** What `create extension` makes: extensions, each with the version that is its default: "vector 0.8.2". */
  readonly provides: readonly string[];
  /** Names of others that have to be there before. */
  readonly requires: readonly string[];
  /** Libraries for shared_preload_libraries. */
  readonly preload: readonly string[];
  /** "name=value" of the server that it needs. */
  readonly settings: readonly string[];
  readonly artifacts: readonly LockedArtifact[];
}

export interface LockedArtifact {
  /** "pg18-linux-x64", where it is for one platform alone. */
  readonly platform?: string;
  /** Package and version, for people. */
  readonly package?: string;
  /** As the provider names it, without the registry's host, so that a mirror can stand in for it. */
  readonly url: string;
  /** sha512-… or sha256-…, base64 (W3C Subresource Integrity). */
  readonly integrity: string;
  readonly bytes?: number;
}
