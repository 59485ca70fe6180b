import { builtIn, hasPackages, packages } from "../capabilities/index.ts";
import { loadCapabilities } from "../capability/index.ts";
import { folderTree, projectEnvironment, readProjectConfig } from "../project/index.ts";
import type { Project } from "./application.ts";

/** Where the settings of a project come from besides its howdah.toml. */
export interface OpenProjectOptions {
  /** Whose [environments.NAME] of howdah.toml applies where HOWDAH_ENV names none; default "development". */
  readonly mode?: "development" | "production" | undefined;
  /** Default: process.env. What the project's .env adds is added to it. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/**
 * Reads and checks a project: howdah.toml as a whole, and the capabilities that it names.
 *
 * @param root absolute folder of howdah.toml, as `findProject` returns it
 * @throws AppErrors with every problem, each with its place in howdah.toml
 */
export async function openProject(root: string, options: OpenProjectOptions = {}): Promise<Project> {
  const tree = folderTree(root);
  const reopen = (): Promise<Project> => openProject(root, options);
  const env = await projectEnvironment(root, options.env);
  // Their ledger is for those who use them.
  const own = (await hasPackages(tree)) ? [...builtIn, packages] : builtIn;
  const config = await readProjectConfig(tree, {
    env,
    environment: env["HOWDAH_ENV"] || options.mode,
    folder: root,
    builtIn: own.map((capability) => capability.name),
  });
  const capabilities = await loadCapabilities(config, root, own);
  return { root, config, tree, capabilities, reopen };
}
