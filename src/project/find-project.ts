import { access, readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { parseEnv } from "node:util";
import { AppError } from "../errors/index.ts";
import { configFile } from "./read-config.ts";
import type { Environment } from "./reference.ts";

/** The absolute folder of the project that a folder belongs to: its own, or the next above with a howdah.toml; throws WD105. */
export async function findProject(start: string): Promise<string> {
  for (let folder = resolve(start); ; folder = dirname(folder)) {
    if (await isThere(join(folder, configFile))) return folder;
    if (dirname(folder) === folder) break;
  }
  throw new AppError("WD105", `no howdah.toml in ${resolve(start)} or any folder above it`, {
    hint: "make a project here: howdah init",
  });
}

/**
 * The real environment, with what the project's .env adds to it; a variable that is set is never overridden.
 *
 * The syntax of .env is that of Node's `--env-file`. process.env is not changed.
 */
export async function projectEnvironment(root: string, env: Environment = process.env): Promise<Environment> {
  const file = join(root, ".env");
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw new AppError("WD106", `the file can't be read: ".env"`, { detail: String(error), cause: error });
  });
  return { ...parseEnv(text), ...env };
}

async function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
