import { createHash } from "node:crypto";
import type { DebSpec } from "./debian-repository.ts";
import type { FileServer } from "./file-server.ts";
import { zipOf } from "./zip.ts";

/** Headers of a major, as Debian packs them: nothing of them is read by an extension in SQL alone. */
export function serverHeaders(major = 18): DebSpec {
  return {
    name: `postgresql-server-dev-${major}`,
    version: `${major}.4-1`,
    files: [{ path: `./usr/include/postgresql/${major}/server/postgres.h`, content: "" }],
  };
}

/** The files of an extension in SQL alone that make installs. */
export function sqlSources(name: string, version: string): Readonly<Record<string, string>> {
  return {
    Makefile: `EXTENSION = ${name}\nDATA = ${name}--${version}.sql\nPG_CONFIG = pg_config\nPGXS := $(shell $(PG_CONFIG) --pgxs)\ninclude $(PGXS)\n`,
    [`${name}.control`]: `default_version = '${version}'\nsuperuser = false\n`,
    [`${name}--${version}.sql`]: `create function ${name}() returns text language sql return '${name} ${version}';\n`,
  };
}

/** The same files in a folder. */
export function below(folder: string, files: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]));
}

/** A release of the distribution that `pgxnCounterpart` has. */
export interface PgxnRelease {
  readonly version: string;
  readonly postgres?: string;
  readonly status?: "stable" | "testing";
}

/** A counterpart of PGXN's API with one distribution, "greeting-tools", that provides "greeting". */
export function pgxnCounterpart(server: FileServer, releases: readonly PgxnRelease[]): void {
  const put = (path: string, value: unknown): void =>
    void server.files.set(path, Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value)));
  const by = (status: string) =>
    releases.filter((each) => (each.status ?? "stable") === status).map(({ version }) => ({ version }));
  put("/extension/greeting.json", {
    extension: "greeting",
    latest: "stable",
    stable: { dist: "greeting-tools", version: "1.0.0" },
  });
  put("/dist/greeting-tools.json", {
    name: "greeting-tools",
    releases: { stable: by("stable"), testing: by("testing") },
  });
  for (const { version, postgres = "9.5.0" } of releases) {
    const zip = zipOf(below(`greeting-tools-${version}`, sqlSources("greeting", version)));
    const folder = `/dist/greeting-tools/${version}`;
    put(`${folder}/greeting-tools-${version}.zip`, zip);
    put(`${folder}/META.json`, {
      ...{ name: "greeting-tools", version, sha1: createHash("sha1").update(zip).digest("hex") },
      prereqs: { runtime: { requires: { PostgreSQL: postgres } } },
    });
  }
}
