import type { Command } from "commander";
import type { Finding } from "../application/index.ts";
import { printable } from "../errors/index.ts";
import { openShellProject } from "./session.ts";
import type { Shell } from "./shell.ts";
import { count } from "./text.ts";

/** Findings are told as they come: the longest name is not known yet. */
const nameWidth = 16;

interface DoctorOptions {
  readonly fix?: boolean;
}

/** `howdah doctor`. */
export function configure(command: Command, shell: Shell): void {
  command
    .option("--fix", "repair what can be repaired")
    .option("--json", "as JSON")
    .addHelpText("after", "\nExit code 0 when nothing is broken (or everything was repaired), 1 otherwise.")
    .action((options: DoctorOptions) => doctor(options, shell));
}

interface Diagnosis extends Finding {
  readonly fixed: boolean;
}

async function doctor(options: DoctorOptions, shell: Shell): Promise<void> {
  const project = await openShellProject(shell);
  const { projectFindings } = await import("../application/index.ts");
  const diagnoses: Diagnosis[] = [];
  for await (const finding of projectFindings(project)) {
    const fixed = options.fix === true && finding.kind !== "ok" && finding.fix !== undefined;
    if (fixed) await finding.fix?.();
    diagnoses.push({ ...finding, fixed });
    if (!shell.json) tell({ ...finding, fixed }, shell);
  }
  const broken = diagnoses.filter((diagnosis) => diagnosis.kind === "problem" && !diagnosis.fixed);
  if (shell.json) shell.printJson(diagnoses.map(({ fix, ...rest }) => ({ ...rest, fixable: fix !== undefined })));
  else conclude(broken, shell);
  shell.exit(broken.length === 0 ? 0 : 1);
}

function tell(diagnosis: Diagnosis, shell: Shell): void {
  const { green, yellow, red, dim } = shell.out;
  const marks = { ok: green("✓"), warning: yellow("!"), problem: red("✗") } as const;
  const fixed = diagnosis.fixed ? green(" (repaired)") : "";
  shell.print(
    `${marks[diagnosis.kind]} ${dim(diagnosis.name.padEnd(nameWidth))} ${printable(diagnosis.message)}${fixed}`,
  );
  if (diagnosis.hint !== undefined && !diagnosis.fixed) {
    shell.print(`${" ".repeat(nameWidth + 3)}${green("hint:")} ${printable(diagnosis.hint)}`);
  }
}

function conclude(broken: readonly Diagnosis[], shell: Shell): void {
  if (broken.length === 0) shell.note(shell.err.dim("nothing is broken"));
  else if (broken.some((diagnosis) => diagnosis.fix !== undefined))
    shell.note(`${count(broken.length, "problem")}: \`howdah doctor --fix\` repairs what it can`);
  else shell.note(count(broken.length, "problem"));
}
