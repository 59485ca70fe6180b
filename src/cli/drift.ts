import type { Command } from "commander";
import { modeOf, openShellDatabase, openShellProject } from "./session.ts";
import type { Shell } from "./shell.ts";
import { columns } from "./text.ts";

/** `howdah drift`. */
export function configure(command: Command, shell: Shell): void {
  command
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      "\nNothing is changed. Exit code 1: the database holds what no file says, or lacks what they do.",
    )
    .action(() => drift(shell));
}

/** What the database is like where this is to be done. */
const states = { create: "missing", alter: "differs", rename: "renamed", drop: "left over" } as const;

async function drift(shell: Shell): Promise<void> {
  const project = await openShellProject(shell);
  const { planProject } = await import("../application/index.ts");
  await using database = await openShellDatabase(shell, project);
  shell.progress.step("comparing");
  const plan = await planProject(project, database, { mode: modeOf(project), compare: true });
  shell.progress.clear();
  const { drift: unowned = [] } = plan;
  const changes = plan.actions.filter((action) => action.kind === "change");
  if (shell.json) shell.printJson({ unowned, changes });
  else {
    const { yellow, dim } = shell.out;
    const rows = [
      ...unowned.map(({ object, hint }) => [yellow("in no file"), object, dim(hint ?? "")]),
      ...changes.map(({ verb, object, file, line }) => [
        yellow(states[verb]),
        object,
        dim(line === undefined ? file : `${file}:${line}`),
      ]),
    ];
    for (const line of columns(rows)) shell.print(line);
    if (unowned.length + changes.length === 0) shell.note("the database is what the files say");
  }
  if (unowned.length + changes.length > 0) shell.exit(1);
}
