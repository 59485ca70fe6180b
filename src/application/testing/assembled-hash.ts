import { createHash } from "node:crypto";
import { capabilityFingerprint } from "../../capability/index.ts";
import { coreVersion } from "../../schema/index.ts";
import type { Project, ProjectDatabase } from "../application.ts";
import { assertionsText } from "./assertions.ts";

/**
 * SHA-256 over all that decides what the template becomes: the files that are assembled, roles, settings and versions of
 * capabilities, howdah's own SQL.
 *
 * Which files a capability reads is known to it alone: where one assembles files of its own, everything counts but what
 * is only served or only tests.
 */
export async function assembledHash(project: Project, database: ProjectDatabase, seeds: boolean): Promise<string> {
  const { capabilities, tree } = project;
  const head = {
    core: coreVersion(),
    roles: database.roles,
    version: database.version,
    capabilities: await Promise.all(capabilities.map(({ capability }) => capabilityFingerprint(capability))),
    settings: JSON.stringify(
      capabilities.map(({ settings }) => settings),
      (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value),
    ),
    seeds,
  };
  const hash = createHash("sha256").update(JSON.stringify(head)).update(assertionsText());
  for (const { path } of await tree.list("**")) {
    if (!assembles(path, project, seeds)) continue;
    const text = await tree.read(path);
    hash.update(`\0${path}\0${text.length}\0`).update(text);
  }
  return hash.digest("hex");
}

/** True for a file whose change makes another template. */
export function assembles(path: string, { capabilities }: Project, seeds: boolean): boolean {
  if (path.startsWith("seeds/")) return seeds;
  if (/^(?:migrations|functions|schema|packages)\//.test(path)) return true;
  const ownFiles = capabilities.some(({ capability }) => capability.assemble !== undefined);
  return ownFiles && !/^(?:pages|public|tests|types|node_modules)\/|^[^/]*$/.test(path);
}
