import type { Command } from "commander";
import type { Shell } from "./shell.ts";

/** A file of one command: adds arguments, options and the action to the command that main.ts registered. */
export interface CommandFile {
  configure(command: Command, shell: Shell): void;
}

/** One command as `howdah --help` lists it; its file is loaded when it is called. */
export interface CommandEntry {
  readonly name: string;
  /** Its arguments, as the list shows them. */
  readonly term?: string;
  readonly summary: string;
  readonly group: string;
  load(): Promise<CommandFile>;
}

const develop = "Develop:";
const look = "Look:";
const operate = "Operate:";

/** Every command of howdah, in the order of `howdah --help`. Capabilities add theirs under names of their own. */
export const commands: readonly CommandEntry[] = [
  {
    name: "init",
    term: "[folder]",
    summary: "create a project that runs at once",
    group: develop,
    load: () => import("./init.ts"),
  },
  {
    name: "run",
    summary: "serve for development: provisions, assembles, watches, reloads",
    group: develop,
    load: () => import("./run.ts"),
  },
  {
    name: "new",
    term: "migration <name>",
    summary: "create the next migration file",
    group: develop,
    load: () => import("./new.ts"),
  },
  {
    name: "migrate",
    summary: "bring the database to what the files say (--plan only shows it)",
    group: develop,
    load: () => import("./migrate.ts"),
  },
  {
    name: "reset",
    summary: "drop the development database and assemble it anew",
    group: develop,
    load: () => import("./reset.ts"),
  },
  {
    name: "status",
    summary: "show project, Postgres, migrations and what would change",
    group: look,
    load: () => import("./status.ts"),
  },
  { name: "psql", summary: "open a SQL prompt", group: look, load: () => import("./psql.ts") },
  {
    name: "doctor",
    summary: "find what is wrong, repair it with --fix",
    group: look,
    load: () => import("./doctor.ts"),
  },
  {
    name: "explain",
    term: "<code>",
    summary: "explain an error code",
    group: look,
    load: () => import("./explain.ts"),
  },
  {
    name: "serve",
    summary: "serve for production: no watcher, no DDL, no detail to strangers",
    group: operate,
    load: () => import("./serve.ts"),
  },
  {
    name: "dump",
    term: "[file]",
    summary: "write the database into a file",
    group: operate,
    load: () => import("./dump.ts"),
  },
  {
    name: "restore",
    term: "<file>",
    summary: "read a dumped database back",
    group: operate,
    load: () => import("./restore.ts"),
  },
];
