import { sql, type Transaction } from "../../../postgres/index.ts";
import { formatPackageVersion } from "../../../resolve/index.ts";
import { staticSql } from "../static-sql.ts";
import type { Compiled } from "./compile.ts";
import type { Decision } from "./decide.ts";
import type { EventReferences } from "./deployment.ts";

/** What a package was deployed against: ids of the ledger with the ranges that were asked for. */
export type Needs = readonly { readonly id: number; readonly requirement: string }[];

/** Writes a deployment into the ledger and tells who listens; returns the package's id. */
export async function recordPackage(
  tx: Transaction,
  decision: Decision,
  compiled: Compiled,
  needs: Needs,
  references: EventReferences,
): Promise<number> {
  const { source, state, room, scripts, fresh, whole, mode } = decision;
  const { manifest } = source;
  if (room?.kind === "rename schema" && state.id !== null) {
    await tx.query({ text: staticSql("set-aside"), values: [state.id, room.to, room.revision] });
  }
  const stepFiles = new Set(compiled.steps.map(({ script }) => script.file));
  const checksums = (chosen: readonly { readonly file: string; readonly checksum: string }[]): object =>
    Object.fromEntries(chosen.map(({ file, checksum }) => [file, checksum]));
  // Of single files the ledger keeps what was deployed; the rest is as it was.
  const files = whole ? { ...checksums(source.scripts), "": source.manifestChecksum } : checksums(scripts);
  const row = {
    id: await idOf(tx, decision),
    name: manifest.name,
    version: formatPackageVersion(manifest.version),
    version_text: manifest.versionText,
    subclass: manifest.kind,
    scope: manifest.scope,
    schema_name: source.schema ?? null,
    status: compiled.steps.length > 0 ? "IN PROGRESS" : "ADDED",
    description: manifest.description ?? null,
    license: manifest.license ?? null,
    owner_role: manifest.owner ?? null,
    usage_roles: manifest.usage,
    files,
    whole,
    fresh,
    evolutions: checksums(scripts.filter(({ phase, file }) => phase === "table" && !stepFiles.has(file))),
    steps: checksums(compiled.steps.map(({ script }) => script)),
    needs,
    mode,
    ran: scripts.map(({ file }) => file),
    vcs_ref: references.vcsRef ?? null,
    vcs_link: references.vcsLink ?? null,
    issue_ref: references.issueRef ?? null,
    issue_link: references.issueLink ?? null,
  };
  const [recorded] = await tx.query<{ id: string }>({
    text: staticSql("record-package"),
    values: [JSON.stringify(row)],
  });
  await tx.query(sql`select pg_catalog.pg_notify(${channelOf(manifest.name)}, ${manifest.versionText})`);
  return Number(recorded?.id);
}

/** What listeners of a package's deployments listen to, as the original pgpm called it; the payload is the version. */
export function channelOf(name: string): string {
  return `deployment_events$$${name}`;
}

/** The row of a schema that was dropped by hand is no longer anybody's. */
async function idOf(tx: Transaction, { source, state }: Decision): Promise<number | null> {
  const isGone = source.schema !== undefined && !state.schema_exists && state.id !== null;
  const isOther =
    source.manifest.kind === "versioned" && state.occupant !== null && state.occupant !== source.manifest.name;
  if (state.id === null || (!isGone && !isOther)) return state.id;
  await tx.query(
    sql`update _pgpm.packages set status = 'DELETED', changed_at = pg_catalog.now() where id = ${state.id}`,
  );
  return null;
}
