import type { Command } from "commander";
import { deploy, execute, install, list, remove, uninstall } from "./package/work.ts";
import {
  fetchCommand,
  publishCommand,
  type FetchCommandOptions,
  type PublishCommandOptions,
} from "./package/origins.ts";
import type { TargetOptions } from "./package/target.ts";
import type { DeployOptions } from "./package/options.ts";
import type { Shell } from "./shell.ts";

/** `howdah package plan | deploy | fetch | publish | list | remove | execute | install | uninstall`. */
export function configure(command: Command, shell: Shell): void {
  deploying(command.command("deploy"), "deploy SQL packages into a database")
    .option("--plan", "only show what would be done")
    .action((folders: readonly string[], options: DeployOptions) => deploy(folders, options, shell));
  deploying(command.command("plan"), "show what howdah package deploy would do").action(
    (folders: readonly string[], options: DeployOptions) => deploy(folders, { ...options, plan: true }, shell),
  );
  configureOrigins(command, shell);
  targeted(command.command("list"))
    .summary("list the packages of a database")
    .description("List the packages of a database: versions, schemas, when and from which commit each was deployed.")
    .action((options: TargetOptions) => list(options, shell));
  targeted(command.command("remove"))
    .summary("drop a version of a package")
    .description("Drop the schemas of a version of a package, unless something still needs it.")
    .argument("<name>", "name of the package")
    .argument("<version>", '"1.9.0" or "01_09_00"')
    .option("--old-rev <number>", "only the revision that mode moderate has set aside under this number")
    .option("--drop-data", "with its tables and their rows")
    .action((name: string, version: string, options: Parameters<typeof remove>[2]) =>
      remove(name, version, options, shell),
    );
  targeted(command.command("execute"))
    .summary("run a query, each run committed by itself")
    .description(
      "Run a query on one database or on all of a set; with --until-zero again and again, for work in batches.",
    )
    .requiredOption("--query <sql>", "what to run")
    .option("--until-zero", "until the first column of its first row is 0, at most 10,000 times")
    .action((options: Parameters<typeof execute>[0]) => execute(options, shell));
  targeted(command.command("install"))
    .summary("install or upgrade the ledger _pgpm")
    .description(
      "Install the ledger and SQL API of packages (schema _pgpm), or upgrade it. The first deployment does so too.",
    )
    .option("--usage <role...>", "roles that may read and write it")
    .action((options: Parameters<typeof install>[0]) => install(options, shell));
  targeted(command.command("uninstall"))
    .summary("drop the ledger _pgpm; packages stay")
    .description(
      "Drop the ledger and SQL API of packages (schema _pgpm) with its history. The packages themselves stay.",
    )
    .action((options: TargetOptions) => uninstall(options, shell));
}

/** What is about npm and git, and no database. */
function configureOrigins(command: Command, shell: Shell): void {
  command
    .command("fetch")
    .summary("fetch what packages need from npm and git")
    .description(
      "Fetch what packages need from npm and git, and write it into howdah.lock; what it has already is taken as it stands.",
    )
    .argument("[folders...]", "folders of packages; default: this one, or all of packages/")
    .option("--update [name...]", "resolve these anew, or all: the newest versions in their ranges")
    .option("--locked", "take what howdah.lock has, and fail where that is not enough")
    .option("--json", "as JSON")
    .action((folders: readonly string[], options: FetchCommandOptions) => fetchCommand(folders, options, shell));
  command
    .command("publish")
    .summary("publish a package to npm")
    .description("Publish a package to the npm registry that .npmrc names, with the log-in that npm has.")
    .argument("[folder]", "folder of the package; default: this one")
    .option("--as <name>", 'its name on npm, as "@acme/my-api"; default: the name of its manifest')
    .option("--tag <tag>", "the tag that leads to this version", "latest")
    .option("--access <access>", "public or restricted, for a name with a scope")
    .option("--dry-run", "only show what would be published")
    .option("--json", "as JSON")
    .action((folder: string | undefined, options: PublishCommandOptions) => publishCommand(folder, options, shell));
}

/** Options that say which databases are meant. */
export function targeted(command: Command): Command {
  return command
    .option("--to <connection>", 'a postgres:// URL, or "host=… dbname=… user=…"; default: the database of the project')
    .option("--set <environment/product>", "every database of a set of ~/.pgpmconfig")
    .option("--only <name...>", "of the set only these")
    .option("--except <name...>", "of the set all but these")
    .option("--canary <name>", "this one of the set first; the others only if it goes well")
    .option("--keep-going", "go on with the others of the set where one fails")
    .option("-u, --user <role>", "who connects to the databases of the set")
    .option("--global-config <file>", "its keys stand in for those of ~/.pgpmconfig")
    .option("--json", "as JSON");
}

function deploying(command: Command, summary: string): Command {
  return deployOptions(targeted(command))
    .summary(summary)
    .description(`${summary[0]?.toUpperCase()}${summary.slice(1)}.`)
    .argument("[folders...]", "folders of packages; default: this one, or all of packages/");
}

/** Options that say how a package is deployed. */
export function deployOptions(command: Command): Command {
  return command
    .option("-m, --mode <mode>", "what becomes of a schema that is there: safe, moderate, unsafe or overwrite", "safe")
    .option("-f, --file <path...>", "only these files of the package, over what is there")
    .option("-o, --owner <role>", "who owns everything, in place of the manifest's owner")
    .option("--usage <role...>", "who may use it, in place of the manifest's")
    .option("--from <folder...>", "folders of further packages, for what is needed and not deployed yet")
    .option("--locked", "take what howdah.lock has, and fail where that is not enough")
    .option("--vcs-ref <ref>", "the commit, for the ledger; default: git's HEAD")
    .option("--vcs-link <url>", "a link to it")
    .option("--issue-ref <ref>", "the issue, for the ledger")
    .option("--issue-link <url>", "a link to it")
    .option("--send-email", "tell by mail, as email of ~/.pgpmconfig says")
    .option("--allow-split", "moderate: objects outside may stay with the schema that is set aside")
    .option("--cascade-external", "unsafe: objects outside may fall with the schema")
    .option("--drop-data", "unsafe: tables with rows may fall with the schema")
    .option("--prune", "overwrite: drop what the files no longer define")
    .option("--auto-commit", "with --file: each statement commits by itself")
    .option("--lock-timeout <seconds>", "how long another deployment is waited for", "60");
}
