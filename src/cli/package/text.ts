import {
  packageActionLine,
  type DeployReport,
  type ListedPackage,
  type PackagePlan,
} from "../../capabilities/index.ts";
import type { Paint } from "../paint.ts";
import { columns, duration } from "../text.ts";

/** A plan as lines: what is done about each package, and what it means for others. */
export function planLines(plans: readonly PackagePlan[], paint: Paint): readonly string[] {
  return plans.flatMap((plan) => {
    const { green, dim, yellow } = paint;
    const mark = plan.verdict === "unchanged" ? dim("=") : green("+");
    const where = plan.schema === undefined ? "" : dim(` → ${plan.schema}`);
    const verdict = plan.verdict === "deploy" ? plan.mode : plan.verdict;
    return [
      `${mark} ${paint.bold(`${plan.name} ${plan.version}`)}${where} ${dim(`(${verdict})`)}`,
      ...plan.actions.map((action) => `    ${packageActionLine(action)}`),
      ...plan.outsiders.map((each) => `    ${yellow("!")} outside: ${each}`),
      ...plan.textual.map((each) => `    ${dim("·")} its text names the schema, and means the new one: ${each}`),
      ...plan.leftover.map((each) => `    ${yellow("!")} no file defines it any more: ${each}`),
      ...plan.ignored.map((each) => `    ${dim("·")} no SQL, not read: ${each}`),
    ];
  });
}

/** One line of what a deployment did. */
export function reportLine({ changed, packages, durationMs }: DeployReport, paint: Paint): string {
  const done = packages
    .filter(({ verdict }) => verdict !== "unchanged")
    .map(({ name, version }) => `${name} ${version}`);
  const what = changed ? `deployed ${done.join(", ")}` : "unchanged";
  return `${paint.green("✓")} ${what} ${paint.dim(`in ${duration(durationMs)}`)}`;
}

/** The packages of a database as a table. */
export function listLines(packages: readonly ListedPackage[], paint: Paint): readonly string[] {
  const rows = packages.map(({ name, version, schema, status, revision, deployedAt, vcsRef }) => [
    name,
    version,
    schema ?? paint.dim("(database)"),
    status === "ADDED" ? (revision === null ? "" : `set aside as ${revision}`) : status.toLowerCase(),
    deployedAt === null ? "" : paint.dim(`${deployedAt.slice(0, 16).replace("T", " ")} ${vcsRef?.slice(0, 10) ?? ""}`),
  ]);
  return columns(rows);
}
