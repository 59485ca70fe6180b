import type { Connection } from "../../../postgres/index.ts";
import { applyPackages, type Applied } from "./apply.ts";
import { refuseCircles } from "./choose.ts";
import type { DeployInput, DeployReport, PackagePlan } from "./deployment.ts";
import { lockPackages } from "./session.ts";
import { runSteps } from "./steps.ts";

export interface DeployOptions {
  /** How long another deployment is waited for; 60 s by default. */
  readonly lockTimeoutMs?: number | undefined;
}

/**
 * Deploys packages into the database of a session: under an advisory lock, everything in one transaction, then the steps
 * that can be in none. What it finds is read behind the lock, so that of two deployments of the same one does nothing.
 *
 * Throws, with nothing changed, whatever stands in the way (WD640 to WD651), an error of a script with its place (WD411);
 * WD656 where a step failed.
 */
export async function deployPackages(
  connection: Connection,
  input: DeployInput,
  options: DeployOptions = {},
): Promise<DeployReport> {
  const started = performance.now();
  refuseCircles([...input.packages, ...input.available]);
  const unlock = await lockPackages(connection, options.lockTimeoutMs ?? 60_000);
  try {
    const applied = await connection.transaction((tx) => applyPackages(tx, input, { plan: false }));
    for (const each of applied) await runSteps(connection, each);
    return { ...reportOf(applied), durationMs: performance.now() - started };
  } finally {
    // With a lost session its lock is gone as well.
    await unlock().catch(() => {});
  }
}

/** What `deployPackages` would do; changes nothing. */
export async function planPackages(connection: Connection, input: DeployInput): Promise<readonly PackagePlan[]> {
  refuseCircles([...input.packages, ...input.available]);
  const plan: { packages: readonly PackagePlan[] } = { packages: [] };
  // The ledger may have to be made to be read: all of it is rolled back.
  await connection
    .transaction(async (tx) => {
      plan.packages = reportOf(await applyPackages(tx, input, { plan: true })).packages;
      throw new Planned();
    })
    .catch((error: unknown) => {
      if (!(error instanceof Planned)) throw error;
    });
  return plan.packages;
}

/** Ends the transaction of a plan. */
class Planned extends Error {}

function reportOf(applied: readonly Applied[]): Pick<DeployReport, "changed" | "packages"> {
  const packages = applied.map(({ plan }) => plan);
  return { changed: packages.some(({ verdict }) => verdict !== "unchanged"), packages };
}
