import type { Package } from "../folder/package-folder.ts";
import type { Phase } from "../manifest/manifest.ts";

/** What becomes of a schema that is there already; see docs/packages.md. */
export type Mode = "safe" | "moderate" | "unsafe" | "overwrite";

export const modes: readonly Mode[] = ["safe", "moderate", "unsafe", "overwrite"];

/** What is deployed, and how far it may go. */
export interface DeployInput {
  /** Asked for; what they need comes along where it is not deployed yet. */
  readonly packages: readonly Package[];
  /** Packages that may be taken for what others need. */
  readonly available: readonly Package[];
  /** Names of those that howdah.lock holds: other versions that the database has are not taken for them. */
  readonly pinned?: ReadonlySet<string> | undefined;
  readonly mode: Mode;
  /** Overwrite: not where all files are as they were deployed. */
  readonly onlyChanged?: boolean | undefined;
  /** Only these files, as the package names them; empty means all. */
  readonly files: readonly string[];
  /** Moderate: objects outside may stay with the schema that is set aside. */
  readonly allowSplit: boolean;
  /** Unsafe: objects outside may fall with the schema. */
  readonly cascadeExternal: boolean;
  /** Unsafe: tables with rows may fall with the schema. */
  readonly dropData: boolean;
  /** Overwrite: what the files no longer define is dropped. */
  readonly prune: boolean;
  /** Each statement of `files` commits by itself. */
  readonly autoCommit: boolean;
  readonly references: EventReferences;
}

/** Where a deployment comes from, for the ledger. */
export interface EventReferences {
  readonly vcsRef?: string | undefined;
  readonly vcsLink?: string | undefined;
  readonly issueRef?: string | undefined;
  readonly issueLink?: string | undefined;
}

/** One thing that a deployment does. */
export type PackageAction =
  | { readonly kind: "create schema"; readonly schema: string }
  | { readonly kind: "rename schema"; readonly schema: string; readonly to: string; readonly revision: number }
  | { readonly kind: "drop schema"; readonly schema: string; readonly with: readonly string[] }
  | { readonly kind: "script"; readonly phase: Phase; readonly file: string; readonly statements: number }
  | { readonly kind: "prune"; readonly objects: readonly string[] }
  | { readonly kind: "grant"; readonly roles: readonly string[] }
  | { readonly kind: "own"; readonly role: string }
  | { readonly kind: "step"; readonly file: string; readonly statements: number };

/** What is done about one package. */
export interface PackagePlan {
  readonly name: string;
  readonly version: string;
  readonly schema: string | undefined;
  readonly mode: Mode;
  /** resume: everything is there but steps outside of the transaction. */
  readonly verdict: "deploy" | "unchanged" | "resume";
  readonly actions: readonly PackageAction[];
  /** Objects outside that stay with, or fall with, the schema that makes room. */
  readonly outsiders: readonly string[];
  /** Routines outside whose text names the schema: they mean the new one. */
  readonly textual: readonly string[];
  /** Overwrite: objects that the files no longer define. */
  readonly leftover: readonly string[];
  /** Files of the package that are no SQL, and not read. */
  readonly ignored: readonly string[];
}

/** What a deployment to one database did. */
export interface DeployReport {
  readonly changed: boolean;
  readonly packages: readonly PackagePlan[];
  readonly durationMs: number;
}
