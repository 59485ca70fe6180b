import { readFile } from "node:fs/promises";
import type { Target } from "../postgres/index.ts";
import { clusterState } from "./cluster-state.ts";
import { homeAt } from "./home.ts";

/**
 * How to connect to the cluster that runs in `folder` (a project's `.howdah`), as its superuser; database "postgres".
 *
 * Undefined while none runs, and for a user who may not read its password. Starts nothing and takes no lease: the cluster
 * may stop at any time.
 */
export async function runningTarget(folder: string): Promise<Target | undefined> {
  const state = await clusterState(folder);
  if (state.kind !== "running") return undefined;
  const password = await readFile(homeAt(folder).password, "utf8").catch(() => undefined);
  if (password === undefined) return undefined;
  const place = { host: "127.0.0.1", port: state.port, database: "postgres" };
  return { ...place, user: "postgres", password: password.trim(), ssl: "disable" };
}
