import { appendFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Command } from "commander";
import { AppError } from "../errors/index.ts";
import { deployOptions } from "./package.ts";
import { pgpmConfigFiles, type TargetOptions } from "./package/target.ts";
import { deploy, execute, install, list, remove, uninstall } from "./package/work.ts";
import type { DeployOptions } from "./package/options.ts";
import type { Shell } from "./shell.ts";
import { columns } from "./text.ts";

/** What every command of the original takes. */
interface PgpmOptions {
  readonly except?: boolean;
  readonly user?: string;
  readonly globalConfig?: string;
  readonly logFile?: string;
}

const target = "a connection string, or: set <environment> <product> [unique names…]";

/** `howdah pgpm install | deploy | execute | list | remove | uninstall`, in the words of the original pgpm. */
export function configure(command: Command, shell: Shell): void {
  worded(command.command("install"))
    .summary("install or upgrade the ledger _pgpm")
    .option("--upgrade", "as without it: the ledger is always brought to its newest version")
    .option("--usage <role...>", "roles that may read and write it")
    .action((words: readonly string[], options: PgpmOptions & { readonly usage?: readonly string[] }) =>
      install({ ...targetOf(words, options), usage: options.usage }, shell),
    );
  deployOptions(worded(command.command("deploy")))
    .summary("deploy the package of this folder")
    .option("--compare-table-scripts-as-int", "as without it: 2.sql always comes before 10.sql")
    .option("--keep-going", "go on with the others of the set where one fails")
    .option("--canary <name>", "this one of the set first; the others only if it goes well")
    .action((words: readonly string[], options: PgpmOptions & Omit<DeployOptions, keyof TargetOptions>) =>
      logged("deploy", words, options, shell, () => {
        const { except: _except, ...rest } = options;
        return deploy([], { ...rest, ...targetOf(words, options) }, shell);
      }),
    );
  worded(command.command("execute"))
    .summary("run a query, each run committed by itself")
    .requiredOption("--query <sql>", "what to run")
    .option("--until-zero", "until the first column of its first row is 0, at most 10,000 times")
    .action(
      (words: readonly string[], options: PgpmOptions & { readonly query: string; readonly untilZero?: boolean }) =>
        logged("execute", words, options, shell, () => {
          const { query, untilZero } = options;
          return execute({ ...targetOf(words, options), query, untilZero }, shell);
        }),
    );
  worded(command.command("list"))
    .summary("list the databases of a set, or the packages of a database")
    .action((words: readonly string[], options: PgpmOptions) => listed(words, options, shell));
  configureRemoving(command, shell);
}

/** What works on one database alone. */
function configureRemoving(command: Command, shell: Shell): void {
  command
    .command("remove")
    .summary("drop a version of a package")
    .description("Drop a version of a package.")
    .argument("<connection>", "a connection string")
    .argument("<version...>", "its numbers: major minor patch, and a pre-release")
    .requiredOption("--pkg-name <name>", "name of the package")
    .option("--old-rev <number>", "only the revision that mode moderate has set aside under this number")
    .option("--drop-data", "with its tables and their rows")
    .option("--json", "as JSON")
    .action((to: string, version: readonly string[], options: RemoveOptions) =>
      remove(options.pkgName, versionOf(version), { ...options, to }, shell),
    );
  command
    .command("uninstall")
    .summary("drop the ledger _pgpm; packages stay")
    .description("Drop the ledger and SQL API of packages (schema _pgpm). The packages themselves stay.")
    .argument("<connection>", "a connection string")
    .option("--json", "as JSON")
    .action((to: string) => uninstall({ to }, shell));
}

interface RemoveOptions {
  readonly pkgName: string;
  readonly oldRev?: string;
  readonly dropData?: boolean;
}

function worded(command: Command): Command {
  return command
    .description(`${command.name()[0]?.toUpperCase()}${command.name().slice(1)}, in the words of the original pgpm.`)
    .argument("<target...>", target)
    .option("--except", "all of the set but the named ones")
    .option("-u, --user <role>", "who connects to the databases of the set")
    .option("--global-config <file>", "its keys stand in for those of ~/.pgpmconfig")
    .option("--log-file <file>", "write a line there when it begins, and one when it ends")
    .option("--json", "as JSON");
}

function targetOf(words: readonly string[], { except, user, globalConfig }: PgpmOptions): TargetOptions {
  const [first = "", environment, product, ...names] = words;
  if (first !== "set") {
    if (words.length === 1) return { to: first };
    throw new AppError("WD002", `"${words[1]}" stands behind the connection`, { hint: `a target is ${target}` });
  }
  if (environment === undefined || product === undefined) {
    throw new AppError("WD002", "set needs an environment and a product", { hint: "set live shop" });
  }
  const chosen = except === true ? { except: names } : { only: names };
  return { set: `${environment}/${product}`, ...chosen, user, globalConfig };
}

async function listed(words: readonly string[], options: PgpmOptions, shell: Shell): Promise<void> {
  if (words[0] !== "set") return await list(targetOf(words, options), shell);
  const { readPgpmConfig, selectTargets } = await import("../capabilities/index.ts");
  const { set = "", only = [], except = [] } = targetOf(words, options);
  const [environment = "", product = ""] = set.split("/");
  const names = except.length > 0 ? { names: except, except: true } : { names: only, except: false };
  const config = await readPgpmConfig(pgpmConfigFiles(options, shell));
  const found = await selectTargets(config, { environment, product, ...names, user: options.user });
  const rows = found.map(({ name, target: { host, port, database } }) => ({ name, host, port, database }));
  if (shell.json) shell.printJson(rows);
  else
    for (const line of columns(rows.map((row) => [row.name, `${row.host}:${row.port}`, row.database])))
      shell.print(line);
}

/** 1 9 0 rc → 1.9.0-rc */
function versionOf([major = "", minor = "0", patch = "0", pre]: readonly string[]): string {
  return `${major}.${minor}.${patch}${pre === undefined ? "" : `-${pre}`}`;
}

async function logged(
  what: string,
  words: readonly string[],
  { logFile }: PgpmOptions,
  shell: Shell,
  work: () => Promise<void>,
): Promise<void> {
  if (logFile === undefined) return await work();
  // A connection string may hold a password.
  const where = words[0] === "set" ? words.join(" ") : "one database";
  const log = (line: string): Promise<void> =>
    appendFile(resolve(shell.folder, logFile), `${new Date().toISOString()} ${what} ${where}: ${line}\n`);
  await log("begins");
  try {
    await work();
    await log("ended");
  } catch (error) {
    await log(error instanceof AppError ? `failed: ${error.code} ${error.message}` : "failed");
    throw error;
  }
}
