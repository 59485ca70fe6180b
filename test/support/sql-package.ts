import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { readPackage } from "../../src/capabilities/packages/folder/package-folder.ts";
import type { DeployInput, DeployReport } from "../../src/capabilities/packages/deploy/deployment.ts";
import { deployPackages, planPackages } from "../../src/capabilities/packages/deploy/deploy.ts";
import { connect, type Connection, type Target } from "../../src/postgres/index.ts";
import { testFolder } from "./capability.ts";
import { testDatabase } from "./database.ts";

/** A package of a test: its howdah.toml is written from name and version where `files` has no manifest. */
export interface WrittenPackage {
  readonly folder: string;
  /** Writes files (null removes one). */
  write(files: Readonly<Record<string, string | null>>): Promise<void>;
}

/** What a test that deploys works with. */
export interface DeployBench {
  readonly target: Target;
  readonly connection: Connection;
  rows(text: string, ...values: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
  deploy(folders: string | readonly string[], input?: Partial<DeployInput>): Promise<DeployReport>;
  plan(folders: string | readonly string[], input?: Partial<DeployInput>): ReturnType<typeof planPackages>;
}

/** A folder of a package. */
export async function testPackage(
  t: TestContext,
  name: string,
  version: string,
  files: Readonly<Record<string, string>> = {},
): Promise<WrittenPackage> {
  const manifest = "config.json" in files || "howdah.toml" in files;
  const toml = `[package]\nname = "${name}"\nversion = "${version}"\n`;
  const folder = await testFolder(t, manifest ? files : { "howdah.toml": toml, ...files });
  return {
    folder,
    write: async (changes) => {
      for (const [path, text] of Object.entries(changes)) {
        if (text === null) await rm(join(folder, path));
        else {
          await mkdir(dirname(join(folder, path)), { recursive: true });
          await writeFile(join(folder, path), text);
        }
      }
    },
  };
}

/** Input of a deployment in mode safe. */
export async function deployInput(
  folders: string | readonly string[],
  input: Partial<DeployInput> = {},
): Promise<DeployInput> {
  const packages = await Promise.all([folders].flat().map((folder) => readPackage(folder)));
  return {
    ...{ packages, available: [], mode: "safe", files: [], references: {} },
    ...{ allowSplit: false, cascadeExternal: false, dropData: false, prune: false, autoCommit: false },
    ...input,
  };
}

/** A database of its own to deploy into. */
export async function deployBench(t: TestContext): Promise<DeployBench> {
  const { target, connection } = await testDatabase(t);
  return {
    target,
    connection,
    rows: (text, ...values) => connection.query({ text, values }),
    deploy: async (folders, input) => {
      await using session = await connect(target, { applicationName: "howdah package" });
      return await deployPackages(session, await deployInput(folders, input), { lockTimeoutMs: 10_000 });
    },
    plan: async (folders, input) => {
      await using session = await connect(target);
      return await planPackages(session, await deployInput(folders, input));
    },
  };
}
