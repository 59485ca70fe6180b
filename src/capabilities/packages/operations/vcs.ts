import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** The commit that a folder is checked out at, with "-dirty" behind it where files of it differ; undefined without git. */
export async function commitOf(folder: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)("git", ["-C", folder, "rev-parse", "HEAD"]);
    const { stdout: changes } = await promisify(execFile)("git", ["-C", folder, "status", "--porcelain", "--", "."]);
    return `${stdout.trim()}${changes.trim() === "" ? "" : "-dirty"}`;
  } catch {
    // No git, or no repository: the ledger holds no reference then.
    return undefined;
  }
}
