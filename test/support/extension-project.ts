import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { howdah, type Ended } from "../cli/howdah.ts";
import { testRepository, type DebSpec, type TestRepository } from "./debian-repository.ts";
import { testProjectFolder } from "./folder.ts";

/** A project on a cluster of its own whose extensions come from a repository on loopback. */
export interface ExtensionProject {
  readonly cwd: string;
  readonly repository: TestRepository;
  publish(packages: readonly DebSpec[]): Promise<ReadonlyMap<string, string>>;
  /** Runs a command there to its end, in a cache of the project's own where one is given. */
  run(...args: readonly string[]): Promise<Ended>;
  read(file: string): Promise<string>;
  save(files: Readonly<Record<string, string>>): Promise<void>;
  /** Rows of a query, as the owner. */
  rows(query: string): Promise<string>;
}

export interface ExtensionProjectOptions {
  /** Default 18. */
  readonly major?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly repository?: TestRepository;
}

/** A project named "shop"; nothing is published yet. */
export async function extensionProject(
  t: TestContext,
  { major = 18, env = {}, repository }: ExtensionProjectOptions = {},
): Promise<ExtensionProject> {
  const cwd = await testProjectFolder(t, "howdah-extensions-");
  const own = repository ?? (await testRepository(t));
  const { server, keyring } = own;
  const save: ExtensionProject["save"] = async (files) => {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(cwd, name)), { recursive: true });
      await writeFile(join(cwd, name), text);
    }
  };
  const deb = `{ mirror = "${server.url}", suite = "test", keyring = "${keyring}" }`;
  await save({
    "howdah.toml": `name = "shop" # the shop\npostgres = { version = "${major}", deb = ${deb} }\n\n[server]\nport = 0\n`,
  });
  const run: ExtensionProject["run"] = (...args) => howdah(args, { cwd, env });
  return {
    ...{ cwd, repository: own, save, run },
    publish: (packages) => own.publish("test", packages),
    read: (file) => readFile(join(cwd, file), "utf8"),
    rows: async (query) => {
      const { code, stdout, stderr } = await run("psql", "--builtin", "-c", query);
      if (code !== 0) throw new Error(stderr);
      return stdout;
    },
  };
}

/** A package of an extension in SQL alone. */
export function sqlExtension(
  name: string,
  versions: readonly string[],
  {
    major = 18,
    requires = "",
    updates = [],
    superuser = false,
  }: {
    readonly major?: number;
    readonly requires?: string;
    /** "1.0--1.1": scripts that only say which version they lead to. */
    readonly updates?: readonly string[];
    readonly superuser?: boolean;
  } = {},
): DebSpec {
  const version = versions.at(-1) ?? "1.0";
  const folder = `./usr/share/postgresql/${major}/extension`;
  const control = `comment = 'says hello'\ndefault_version = '${version}'\nsuperuser = ${superuser}\n${requires === "" ? "" : `requires = '${requires}'\n`}`;
  const body = (says: string): string =>
    `create or replace function ${name}() returns text language sql return 'hello from ${says}';\n`;
  return {
    name: `postgresql-${major}-${name.replaceAll("_", "-")}`,
    version: `${version}-1`,
    depends: `postgresql-${major}`,
    files: [
      { path: `${folder}/${name}.control`, content: control },
      ...versions.map((each) => ({ path: `${folder}/${name}--${each}.sql`, content: body(each) })),
      ...updates.map((each) => ({ path: `${folder}/${name}--${each}.sql`, content: body(each.split("--")[1] ?? "") })),
    ],
  };
}
