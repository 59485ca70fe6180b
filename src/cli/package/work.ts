import type { DeployInput, Mode, Package, TargetOutcome } from "../../capabilities/index.ts";
import { AppError, errorToJson } from "../../errors/index.ts";
import { exitCodeOf, reportError } from "../report.ts";
import type { Shell } from "../shell.ts";
import { listLines, planLines, reportLine } from "./text.ts";
import { fetchNeeded, readNamed } from "./named.ts";
import type { DeployOptions } from "./options.ts";
import { openTargets, type ShellTarget, type TargetOptions } from "./target.ts";

/** `howdah package deploy` and `plan`. */
export async function deploy(folders: readonly string[], options: DeployOptions, shell: Shell): Promise<void> {
  const input = await inputOf(folders, options, shell);
  if (options.plan === true) return await plan(input, options, shell);
  const { deployPackages } = await import("../../capabilities/index.ts");
  const waiting = { lockTimeoutMs: lockTimeoutMs(options) };
  const outcomes = await over(
    options,
    shell,
    (connection) => deployPackages(connection, input, waiting),
    (report) => {
      const telling = report.packages.filter(({ leftover, outsiders }) => leftover.length + outsiders.length > 0);
      for (const line of planLines(telling, shell.out)) shell.print(line);
      shell.print(reportLine(report, shell.out));
    },
  );
  const { notify } = await import("./notify.ts");
  await notify(outcomes, options, input.references.vcsRef, shell);
}

async function plan(input: DeployInput, options: DeployOptions, shell: Shell): Promise<void> {
  const { planPackages } = await import("../../capabilities/index.ts");
  await over(
    options,
    shell,
    async (connection) => ({ packages: await planPackages(connection, input) }),
    ({ packages }) => {
      for (const line of planLines(packages, shell.out)) shell.print(line);
    },
  );
}

/** `howdah package list`. */
export async function list(options: TargetOptions, shell: Shell): Promise<void> {
  await over(
    options,
    shell,
    async (connection) => {
      const { listPackages } = await import("../../capabilities/index.ts");
      return { packages: await listPackages(connection) };
    },
    ({ packages }) => {
      if (packages.length === 0) shell.note(shell.err.dim("no packages"));
      for (const line of listLines(packages, shell.out)) shell.print(line);
    },
  );
}

/** `howdah package remove`. */
export async function remove(
  name: string,
  version: string,
  options: TargetOptions & { readonly oldRev?: string; readonly dropData?: boolean },
  shell: Shell,
): Promise<void> {
  const revision = options.oldRev === undefined ? undefined : Number(options.oldRev);
  await over(
    options,
    shell,
    async (connection) => {
      const { removePackage } = await import("../../capabilities/index.ts");
      return {
        dropped: await removePackage(connection, { name, version, revision, dropData: options.dropData === true }),
      };
    },
    ({ dropped }) => shell.print(`${shell.out.green("✓")} dropped ${dropped.join(", ")}`),
  );
}

/** `howdah package execute`. */
export async function execute(
  options: TargetOptions & { readonly query: string; readonly untilZero?: boolean | undefined },
  shell: Shell,
): Promise<void> {
  const { query, untilZero = false } = options;
  await over(
    options,
    shell,
    async (connection) => {
      const { executeQuery } = await import("../../capabilities/index.ts");
      return await executeQuery(connection, { query, untilZero, signal: shell.signal });
    },
    ({ rounds, rows }) => {
      for (const row of rows)
        shell.print(
          Object.values(row)
            .map((value) => (typeof value === "string" ? value : JSON.stringify(value)))
            .join("\t"),
        );
      if (untilZero) shell.note(shell.err.dim(`${rounds} rounds`));
    },
  );
}

/** `howdah package install`. */
export async function install(
  options: TargetOptions & { readonly usage?: readonly string[] | undefined },
  shell: Shell,
): Promise<void> {
  await over(
    options,
    shell,
    async (connection) => {
      const { installLedger } = await import("../../capabilities/index.ts");
      return await installLedger(connection, options.usage ?? []);
    },
    ({ changed, ddlLog }) => {
      shell.print(`${shell.out.green("✓")} ${changed ? "installed" : "up to date"}`);
      if (!ddlLog) shell.note(shell.err.dim("DDL is not logged: only a superuser can have its event triggers made"));
    },
  );
}

/** `howdah package uninstall`. */
export async function uninstall(options: TargetOptions, shell: Shell): Promise<void> {
  await over(
    options,
    shell,
    async (connection) => {
      const { uninstallLedger } = await import("../../capabilities/index.ts");
      return { uninstalled: await uninstallLedger(connection) };
    },
    ({ uninstalled }) =>
      shell.print(
        uninstalled ? `${shell.out.green("✓")} uninstalled; the packages stay` : "there was nothing to uninstall",
      ),
  );
}

type Work<T> = (connection: Awaited<ReturnType<ShellTarget["connect"]>>) => Promise<T>;

/** The work on each database, one after the other; what became of each is told, and the worst decides on the exit code. */
async function over<T extends object>(
  options: TargetOptions,
  shell: Shell,
  work: Work<T>,
  tell: (report: T) => void,
): Promise<readonly TargetOutcome<T>[]> {
  await using opened = await openTargets(options, shell);
  const { overTargets } = await import("../../capabilities/index.ts");
  const onTarget = (name: string): void => shell.progress.step(name);
  const { canary, keepGoing = false } = options;
  const outcomes = await overTargets(
    opened.targets,
    async (target) => {
      await using connection = await target.connect();
      return await work(connection);
    },
    { canary, keepGoing, onTarget },
  );
  shell.progress.clear();
  if (shell.json) shell.printJson({ databases: outcomes.map(toJson) });
  conclude(outcomes, shell, tell);
  return outcomes;
}

function toJson<T extends object>(outcome: TargetOutcome<T>): object {
  const { name, status } = outcome;
  if (outcome.status === "done") return { database: name, status, ...outcome.report };
  return { database: name, status, ...(outcome.status === "failed" ? { error: errorToJson(outcome.error) } : {}) };
}

function conclude<T extends object>(
  outcomes: readonly TargetOutcome<T>[],
  shell: Shell,
  tell: (report: T) => void,
): void {
  const [only] = outcomes;
  if (outcomes.length === 1 && only?.status === "failed") throw only.error;
  for (const outcome of outcomes) {
    if (outcomes.length > 1 && !shell.json) shell.print(shell.out.bold(outcome.name));
    if (outcome.status === "done" && !shell.json) tell(outcome.report);
    if (outcome.status === "failed") reportError(outcome.error, shell);
    if (outcome.status === "skipped" && !shell.json) shell.print(shell.out.dim("skipped"));
  }
  const failed = outcomes.flatMap((outcome) => (outcome.status === "failed" ? [outcome.error] : []));
  if (failed.length > 0) shell.exit(Math.max(...failed.map(exitCodeOf)));
}

/** What is deployed: the named folders, the one around the shell, or all of the project's packages/. */
async function inputOf(folders: readonly string[], options: DeployOptions, shell: Shell): Promise<DeployInput> {
  const { commitOf } = await import("../../capabilities/index.ts");
  const overrides = { owner: options.owner, usage: options.usage };
  const { packages, local } = await readNamed(folders, { overrides, from: options.from }, shell);
  const fetched = await fetchNeeded([...packages, ...local], { frozen: options.locked === true }, shell);
  const [first] = packages;
  return {
    packages,
    available: [...local, ...fetched.packages],
    pinned: new Set(fetched.packages.map(({ manifest }) => manifest.name)),
    mode: await modeOf(options.mode),
    files: options.file ?? [],
    allowSplit: options.allowSplit === true,
    cascadeExternal: options.cascadeExternal === true,
    dropData: options.dropData === true,
    prune: options.prune === true,
    autoCommit: autoCommit(options),
    references: {
      vcsRef: options.vcsRef ?? (await vcsRef(first, commitOf)),
      vcsLink: options.vcsLink,
      issueRef: options.issueRef,
      issueLink: options.issueLink,
    },
  };
}

async function vcsRef(
  first: Package | undefined,
  commitOf: (folder: string) => Promise<string | undefined>,
): Promise<string | undefined> {
  return first === undefined ? undefined : await commitOf(first.folder);
}

async function modeOf(text = "safe"): Promise<Mode> {
  const { modes } = await import("../../capabilities/index.ts");
  const mode = modes.find((each) => each === text);
  if (mode !== undefined) return mode;
  throw new AppError("WD002", `--mode ${text}: expected ${modes.join(", ")}`);
}

function autoCommit({ autoCommit: isAsked, file = [], mode = "safe" }: DeployOptions): boolean {
  if (isAsked !== true) return false;
  if (file.length > 0 && mode === "safe") return true;
  throw new AppError("WD002", "--auto-commit goes with --file, in mode safe", {
    detail: "everything else is one transaction",
  });
}

function lockTimeoutMs({ lockTimeout = "60" }: DeployOptions): number {
  const seconds = Number(lockTimeout);
  if (Number.isFinite(seconds) && seconds > 0) return seconds * 1000;
  throw new AppError("WD002", `--lock-timeout ${lockTimeout}: expected a number of seconds`);
}
