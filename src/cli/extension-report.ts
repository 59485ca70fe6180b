import type { ChangeOptions, ExtensionsReport } from "../application/index.ts";
import type { Shell } from "./shell.ts";
import { duration } from "./text.ts";

/** How a change of extensions shows its progress, and whether it reaches the database. */
export function changeOptions(shell: Shell, { database }: { readonly database?: boolean } = {}): ChangeOptions {
  return {
    database,
    signal: shell.signal,
    onStep: (step) => shell.progress.step(step),
    onProgress: (progress) => shell.progress.download(progress),
  };
}

/** What a change has done: a line for each extension, or the report as JSON. */
export function tellExtensions(report: ExtensionsReport, shell: Shell): void {
  shell.progress.clear();
  if (shell.json) {
    shell.printJson(report);
    return;
  }
  for (const { name, version, source, requires, preload } of report.added) {
    const facts = [
      source,
      ...(requires.length === 0 ? [] : [`with ${requires.join(", ")}`]),
      ...preload.map((each) => `preloads ${each}`),
    ];
    shell.print(`${shell.out.green("+")} ${shell.out.bold(name)} ${version}  ${shell.out.dim(facts.join(", "))}`);
  }
  for (const name of report.removed) shell.print(`${shell.out.red("-")} ${shell.out.bold(name)}`);
  for (const { kind, name, version, path } of report.actions) {
    const to = kind === "create" ? "" : ` to ${path ?? version ?? ""}`;
    shell.note(shell.err.dim(`${kind === "create" ? "created" : "updated"} in the database: ${name}${to}`));
  }
  shell.note(shell.err.dim(`done in ${duration(report.durationMs)}`));
}
