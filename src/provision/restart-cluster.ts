import { setTimeout as pause } from "node:timers/promises";
import { AppError } from "../errors/index.ts";
import { clusterState } from "./cluster-state.ts";
import { homeAt } from "./home.ts";
import { connectSupervisor } from "./lease.ts";

const patienceMs = 60_000;

/**
 * Ends Postgres and starts it again with the settings of whoever joined last; its holders keep their leases, and their
 * connections break. Resolves when it accepts connections again; nothing happens where it does not run.
 *
 * Throws WD380 when it does not come back.
 */
export async function restartCluster(folder: string): Promise<void> {
  const before = await clusterState(folder);
  const supervisor = await connectSupervisor(homeAt(folder));
  if (supervisor === undefined || before.kind !== "running") return supervisor?.close();
  supervisor.send({ kind: "restart" });
  let step = "";
  try {
    for (const deadline = Date.now() + patienceMs; Date.now() < deadline; await pause(20)) {
      const state = await clusterState(folder);
      if (state.kind === "running" && state.pid !== before.pid) return;
      if (state.kind === "starting" || state.kind === "failed") step = state.step;
      // What stands in the way of a start is said at once, and does not go away by itself.
      if (step.startsWith("Postgres does not start")) break;
    }
  } finally {
    supervisor.close();
  }
  throw new AppError("WD380", "Postgres does not start", {
    detail: step || `it was to be started again ${patienceMs / 1000} s ago`,
    hint: "the end of .howdah/postgres.log says why",
  });
}
