import type { DeployReport, NoticeFacts, TargetOutcome } from "../../capabilities/index.ts";
import { toAppError } from "../../errors/index.ts";
import { warn } from "../report.ts";
import type { Shell } from "../shell.ts";
import type { DeployOptions } from "./options.ts";
import { pgpmConfigFiles } from "./target.ts";

/**
 * Tells by mail (with --send-email) and on the issue (with --issue-ref, where a tracker is configured) what was deployed.
 * A notice that can't be sent is a warning: the deployment is done.
 */
export async function notify(
  outcomes: readonly TargetOutcome<DeployReport>[],
  options: DeployOptions,
  vcsRef: string | undefined,
  shell: Shell,
): Promise<void> {
  if (options.sendEmail !== true && options.issueRef === undefined) return;
  const { commentOnIssue, readPgpmConfig, sendMail } = await import("../../capabilities/index.ts");
  const { email, issueTracker } = await readPgpmConfig(pgpmConfigFiles(options, shell));
  for (const facts of factsOf(outcomes, options, vcsRef)) {
    if (options.sendEmail === true) await attempt(() => sendMail(email ?? {}, facts), shell);
    if (issueTracker !== undefined && options.issueRef !== undefined) {
      await attempt(() => commentOnIssue(issueTracker, facts), shell);
    }
  }
}

async function attempt(send: () => Promise<void>, shell: Shell): Promise<void> {
  try {
    await send();
  } catch (error) {
    warn(toAppError(error), shell);
  }
}

/** One notice for each package that changed anywhere. */
function factsOf(
  outcomes: readonly TargetOutcome<DeployReport>[],
  options: DeployOptions,
  vcsRef: string | undefined,
): readonly NoticeFacts[] {
  const changed = outcomes.flatMap((outcome) =>
    outcome.status === "done"
      ? outcome.report.packages
          .filter(({ verdict }) => verdict !== "unchanged")
          .map((plan) => ({ plan, database: outcome.name }))
      : [],
  );
  const [environment = "", product = ""] = options.set?.split("/") ?? [];
  return [...Map.groupBy(changed, ({ plan }) => `${plan.name} ${plan.version}`).values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { name, version, mode } = first.plan;
    const databases = group.map(({ database }) => database).join(", ");
    return [
      {
        ...{ package: name, version, databases, mode, environment, product, vcs: vcsRef ?? "" },
        ...{ issue: options.issueRef ?? "", issue_link: options.issueLink ?? "", vcs_link: options.vcsLink ?? "" },
      },
    ];
  });
}
