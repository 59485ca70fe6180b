import { access, rm, stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import type { Command } from "commander";
import { AppError } from "../errors/index.ts";
import { requireProgram, runProgram } from "./client-program.ts";
import { openShellDatabase, openShellProject } from "./session.ts";
import type { Shell } from "./shell.ts";
import { bytes } from "./text.ts";

/** `howdah dump [file]`. */
export function configure(command: Command, shell: Shell): void {
  command
    .argument("[file]", "where to write it (default: NAME-DATE.dump); a name ending in .sql makes plain SQL")
    .option("--json", "as JSON")
    .addHelpText("after", "\nUses pg_dump, of the project's Postgres or of the system. Never overwrites a file.")
    .action((file: string | undefined) => dump(file, shell));
}

async function dump(given: string | undefined, shell: Shell): Promise<void> {
  const project = await openShellProject(shell);
  const file = resolve(shell.folder, given ?? `${project.config.name}-${stamp(new Date())}.dump`);
  await refuseExisting(file);
  await using database = await openShellDatabase(shell, project);
  const program = await requireProgram("pg_dump", database, shell);
  shell.progress.step(`dumping into ${basename(file)}`);
  const format = file.endsWith(".sql") ? "plain" : "custom";
  const code = await runProgram(program, [`--format=${format}`, "--file", file], database.admin, shell, "ignore");
  if (code !== 0) {
    await rm(file, { force: true });
    throw new AppError("WD007", `pg_dump failed with exit code ${code}`, { detail: "the incomplete file was removed" });
  }
  const { size } = await stat(file);
  if (shell.json) shell.printJson({ file, bytes: size, format });
  else shell.print(`${file}  ${shell.out.dim(bytes(size))}`);
}

async function refuseExisting(file: string): Promise<void> {
  const free = await access(file).then(
    () => false,
    () => true,
  );
  if (!free) throw new AppError("WD009", `"${file}" exists already`, { hint: "name another file, or remove it first" });
}

/** "20261120-150405", in the time of this machine: it is for people. */
function stamp(now: Date): string {
  const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
}
