import { formatPackageVersion } from "../../../resolve/index.ts";
import type { Transaction } from "../../../postgres/index.ts";
import type { Package } from "../folder/package-folder.ts";
import { staticSql } from "../static-sql.ts";
import type { Deployed } from "./choose.ts";

/** What the database says of one package that is about to be deployed. */
export interface PackageState {
  readonly schema_exists: boolean;
  /** The row of the ledger that the schema belongs to (or, without one, the version); null where there is none. */
  readonly id: number | null;
  readonly occupant: string | null;
  readonly occupant_version: string | null;
  readonly status: string | null;
  /** Checksums of the files that were deployed last, by path; "" is the manifest. */
  readonly files: Readonly<Record<string, string>>;
  /** Checksums of the table scripts that have run. */
  readonly evolutions: Readonly<Record<string, string>>;
  readonly steps: Readonly<Record<string, StepState>>;
  readonly missing_roles: readonly string[];
  /** Schemas of this name with a number behind it. */
  readonly revisions: readonly string[];
  /** What lies outside and is bound to it, e.g. "view public.v"; only where it was asked for. */
  readonly outsiders: readonly string[];
  readonly textual: readonly string[];
  readonly tables: readonly string[];
}

export interface StepState {
  readonly checksum: string;
  readonly status: "pending" | "failed" | "done";
  readonly done: number;
}

/** Every current package of the ledger. */
export async function readDeployed(tx: Pick<Transaction, "query">): Promise<readonly Deployed[]> {
  const rows = await tx.query<Omit<Deployed, "id"> & { readonly id: string }>({
    text: staticSql("deployed"),
    values: [],
  });
  return rows.map((row) => ({ ...row, id: Number(row.id) }));
}

/** The state of packages, in their order; with `detail`, what depends on each from outside as well. */
export async function readStates(
  tx: Pick<Transaction, "query">,
  packages: readonly { readonly source: Package; readonly detail: boolean }[],
): Promise<readonly PackageState[]> {
  if (packages.length === 0) return [];
  const wanted = packages.map(({ source: { manifest, schema }, detail }, place) => {
    const roles = [...(manifest.owner === undefined ? [] : [manifest.owner]), ...manifest.usage];
    return { place, name: manifest.name, version: formatPackageVersion(manifest.version), schema, roles, detail };
  });
  const rows = await tx.query<PackageState & { id: string | null }>({
    text: staticSql("state"),
    values: [JSON.stringify(wanted)],
  });
  return rows.map((row) => ({ ...row, id: row.id === null ? null : Number(row.id) }));
}
