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
const extensions = "Extensions:";
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
    term: "migration|test <name>",
    summary: "create the next migration file, or a file of tests",
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
    name: "plan",
    summary: "show what howdah migrate would do, with every statement",
    group: develop,
    load: () => import("./plan.ts"),
  },
  {
    name: "schema",
    term: "pull|adopt|diff",
    summary: "write schema/ from a database or from migrations, compare two databases",
    group: develop,
    load: () => import("./schema.ts"),
  },
  {
    name: "test",
    term: "[paths…]",
    summary: "run the tests of tests/, each on a database of its own",
    group: develop,
    load: () => import("./test.ts"),
  },
  {
    name: "types",
    summary: "write TypeScript types of the schema",
    group: develop,
    load: () => import("./types.ts"),
  },
  {
    name: "add",
    term: "<extension…>",
    summary: "add extensions: howdah add vector, pg_cron@1.6",
    group: extensions,
    load: () => import("./add.ts"),
  },
  {
    name: "remove",
    term: "<extension…>",
    summary: "take extensions out of the project and its database",
    group: extensions,
    load: () => import("./remove.ts"),
  },
  {
    name: "update",
    term: "[extension…]",
    summary: "take newer versions of extensions, within howdah.toml's ranges",
    group: extensions,
    load: () => import("./update.ts"),
  },
  {
    name: "search",
    term: "[word…]",
    summary: "find extensions for the project's Postgres",
    group: extensions,
    load: () => import("./search.ts"),
  },
  {
    name: "outdated",
    summary: "show extensions of which newer versions are there",
    group: extensions,
    load: () => import("./outdated.ts"),
  },
  {
    name: "tree",
    summary: "show the project's extensions and what they need",
    group: extensions,
    load: () => import("./tree.ts"),
  },
  {
    name: "why",
    term: "<extension>",
    summary: "show what an extension is needed for",
    group: extensions,
    load: () => import("./why.ts"),
  },
  {
    name: "lock",
    summary: "write howdah.lock; --check only compares it with howdah.toml",
    group: extensions,
    load: () => import("./lock.ts"),
  },
  {
    name: "fetch",
    summary: "fetch and link everything that howdah.lock names; starts nothing",
    group: extensions,
    load: () => import("./fetch.ts"),
  },
  {
    name: "build",
    term: "<extension>",
    summary: "build an extension from a folder or a git URL, for the project's Postgres",
    group: extensions,
    load: () => import("./build.ts"),
  },
  {
    name: "bundle",
    term: "<folder>",
    summary: "copy the files of all extensions, for a server that howdah does not run",
    group: extensions,
    load: () => import("./bundle.ts"),
  },
  {
    name: "rollback",
    summary: "go back to the extensions before the last change",
    group: extensions,
    load: () => import("./rollback.ts"),
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
  {
    name: "drift",
    summary: "show what the database holds and no file says",
    group: look,
    load: () => import("./drift.ts"),
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
    name: "rest",
    term: "[postgrest.conf]",
    summary: "serve any database over HTTP as PostgREST does, without a project",
    group: operate,
    load: () => import("./rest.ts"),
  },
  {
    name: "package",
    term: "deploy|plan|list|remove|…",
    summary: "deploy SQL packages, their versions side by side",
    group: operate,
    load: () => import("./package.ts"),
  },
  {
    name: "pgpm",
    term: "deploy|list|remove|…",
    summary: "the same in the words of the original pgpm",
    group: operate,
    load: () => import("./pgpm.ts"),
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
