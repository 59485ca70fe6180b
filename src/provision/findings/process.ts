import { clusterState, stopCluster } from "../cluster-state.ts";
import type { Home } from "../home.ts";
import { findOccupant, removePostmasterPid } from "../supervisor/orphan.ts";
import type { ClusterFinding } from "./finding.ts";

/** Who runs on the data directory. */
export async function* processFindings(home: Home): AsyncIterable<ClusterFinding> {
  const name = "cluster";
  const state = await clusterState(home.folder);
  switch (state.kind) {
    case "stopped":
      return yield { kind: "ok", name, message: "not running" };
    case "running":
      return yield { kind: "ok", name, message: running(state) };
    case "starting":
    case "stopping":
      return yield { kind: "warning", name, message: `${state.kind}: ${state.step}` };
    case "failed":
      return yield { kind: "problem", name, message: state.step, hint: `see ${home.log}` };
    case "stale":
      return yield {
        kind: "problem",
        name: "stale postmaster.pid",
        message: `postmaster.pid names process ${state.pid}, which is no server of this data directory`,
        hint: "the next start sees through most of them",
        fix: () => removeStale(home),
      };
    case "orphan":
      return yield {
        kind: "problem",
        name: "orphaned server",
        message: `Postgres (process ${state.pid}) runs without its supervisor, which was killed`,
        hint: "the next start stops it first",
        fix: () => stopCluster(home.folder),
      };
    case "foreign":
      return yield {
        kind: "problem",
        name: "foreign server",
        message: `a server that howdah did not start (process ${state.pid}) runs on the data directory`,
        hint: "stop it the way it was started: howdah does not start beside it",
      };
    default:
      return state satisfies never;
  }
}

function running(state: Extract<Awaited<ReturnType<typeof clusterState>>, { kind: "running" }>): string {
  const holders = state.leases.length === 0 ? "nobody" : `process ${state.leases.join(", ")}`;
  return `PostgreSQL ${state.version} on port ${state.port}, process ${state.pid}, held by ${holders}`;
}

/** Looks again: between finding and repairing, somebody may have started it. */
async function removeStale(home: Home): Promise<void> {
  if ((await findOccupant(home)).kind === "stale") await removePostmasterPid(home);
}
