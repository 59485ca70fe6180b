import type { Command } from "commander";
import type { Addition } from "../application/index.ts";
import { AppError } from "../errors/index.ts";
import { changeOptions, tellExtensions } from "./extension-report.ts";
import { openShellProject } from "./session.ts";
import type { Shell } from "./shell.ts";

interface AddOptions {
  readonly pre?: boolean;
  readonly source?: string;
  readonly from?: string;
  readonly schema?: string;
  readonly create: boolean;
  readonly database: boolean;
}

/** `howdah add`. */
export function configure(command: Command, shell: Shell): void {
  command
    .argument("<extension...>", 'by the name that "create extension" takes, with a range of versions: pg_cron@1.6')
    .option("--pre", "pre-releases, and what PGXN has for tests alone, will do")
    .option("--source <source>", "contrib, deb, pgxn or server; default: the first that has it")
    .option("--from <place>", "build it from a folder, or from a git URL (with #branch, #tag or #commit)")
    .option("--schema <schema>", "the schema for what it makes")
    .option("--no-create", "only its files: a migration creates it in the database")
    .option("--no-database", "only files, howdah.toml and howdah.lock: the database is not started")
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      "\nhowdah.toml and howdah.lock say from then on what is used. Every library has been loaded once, in a server that is thrown\n" +
        "away, before anything changes; a failure leaves everything as it was. A server that was reached by a url has to\n" +
        "have the extension itself.",
    )
    .action((names: readonly string[], options: AddOptions) => add(names, options, shell));
}

async function add(names: readonly string[], options: AddOptions, shell: Shell): Promise<void> {
  const project = await openShellProject(shell);
  const { addExtensions } = await import("../application/index.ts");
  const additions = names.map((name) => additionOf(name, options));
  const report = await addExtensions(project, additions, changeOptions(shell, { database: options.database }));
  tellExtensions(report, shell);
}

const choices = ["contrib", "deb", "pgxn", "server"] as const;

function additionOf(text: string, { pre, source, from, schema, create }: AddOptions): Addition {
  const [name = "", version] = text.split("@", 2);
  const chosen = choices.find((each) => each === source);
  if (!/^[a-z_][\w-]*$/i.test(name) || version === "") {
    throw new AppError("WD002", `"${text}" names no extension`, { hint: "for example vector, or pg_cron@1.6" });
  }
  if (source !== undefined && chosen === undefined) {
    throw new AppError("WD002", `--source ${source}: expected ${choices.join(", ")}`);
  }
  return { name, pre, from, schema, create, ...(version === undefined ? {} : { version }), source: chosen };
}
