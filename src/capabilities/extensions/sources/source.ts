import type { LockedArtifact } from "../../../project/index.ts";
import type { DownloadProgress, Installation, PackagesOptions } from "../../../provision/index.ts";
import type { PackageVersion, RequestOptions } from "../../../resolve/index.ts";
import type { Control } from "../control.ts";
import type { ServerFiles } from "../server-files.ts";
import type { ExtensionRequest } from "../settings.ts";

/** The server that extensions are for, and how they are fetched. */
export interface Place {
  readonly installation: Installation;
  readonly files: ServerFiles;
  /** Extensions that came with it. */
  readonly contrib: readonly Control[];
  /** "pg18-linux-x64". */
  readonly platform: string;
  /** Version of the C library that the server runs with; undefined where it brings its own, or on other systems. */
  readonly glibc: string | undefined;
  /** Absolute folder of howdah.toml. */
  readonly root: string;
  readonly cache: string;
  readonly debian: PackagesOptions & { readonly suite?: string | undefined };
  /** Names of Debian packages that the server was made of. */
  readonly serverPackages: ReadonlySet<string>;
  /** Base address of PGXN's API. */
  readonly pgxn: string;
  readonly request?: RequestOptions | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
  readonly onStep?: ((step: string) => void) | undefined;
}

/** One version of an extension that a source has for a server. */
export interface Offer {
  readonly name: string;
  readonly version: PackageVersion;
  /** As the source writes it. */
  readonly text: string;
  /** What stands in howdah.lock as its source. */
  readonly source: string;
  /** Other extensions, with the range that is known ahead: "*" mostly. */
  readonly requires: ReadonlyMap<string, string>;
  /** Libraries that the server loads at its start, where the source knows. */
  readonly preload?: readonly string[] | undefined;
  readonly artifacts: readonly LockedArtifact[];
  /** Fetches what only then is known of its artifacts, in place of them; for an offer that was chosen. */
  seal?(): Promise<readonly LockedArtifact[]>;
}

/** A place that extensions come from. */
export interface Source {
  readonly name: "contrib" | "deb" | "pgxn" | "build";
  /** Every version for this server; empty where it has none. `request` is what howdah.toml says, where it says something. */
  offers(name: string, place: Place, request?: ExtensionRequest): Promise<readonly Offer[]>;
  /** Names that it could be asked for, for "did you mean". */
  names(place: Place): Promise<readonly string[]>;
  /**
   * The files of an offer (or of what howdah.lock says of one) in the cache: a folder with share/, lib/ and root/, each
   * where there is something to put; undefined where the server has the files itself. Fetched and built once.
   */
  install(item: Pick<Offer, "name" | "text" | "source" | "artifacts">, place: Place): Promise<string | undefined>;
}
