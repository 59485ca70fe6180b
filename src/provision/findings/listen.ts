import { stat } from "node:fs/promises";
import { clusterState } from "../cluster-state.ts";
import { followLink, type Home } from "../home.ts";
import { fitsSocket, removePlace } from "../supervisor/folders.ts";
import { freePort, isFree, keepPort, preferredPort } from "../supervisor/port.ts";
import type { ClusterFinding } from "./finding.ts";

/** Where the cluster listens: its port, and the length of its sockets' path. */
export async function* listenFindings(home: Home): AsyncIterable<ClusterFinding> {
  yield await portFinding(home);
  if (process.platform !== "win32") yield await socketFinding(home);
}

async function portFinding(home: Home): Promise<ClusterFinding> {
  const name = "cluster port";
  const port = await preferredPort(home);
  const state = await clusterState(home.folder);
  if (state.kind === "running" && state.port === port) return { kind: "ok", name, message: `${port}, listening` };
  if (state.kind === "orphan" && state.port === port) return { kind: "ok", name, message: `${port}, the orphan's` };
  if (await isFree(port)) return { kind: "ok", name, message: `${port} is free` };
  const next = await freePort(port + 1);
  return {
    kind: "warning",
    name: "cluster port taken",
    message: `another program listens on port ${port} of the cluster: it takes ${next} for now`,
    hint: `--fix keeps ${next}, so that it stays the same from now on`,
    fix: () => keepPort(home, next),
  };
}

async function socketFinding(home: Home): Promise<ClusterFinding> {
  const name = "socket path";
  const run = await followLink(home.run);
  if (run === undefined) {
    const message = fitsSocket(home.run)
      ? home.run
      : `${home.run} is too long for a socket: a folder in /tmp is linked`;
    return { kind: "ok", name, message };
  }
  const length = Buffer.byteLength(run);
  if (!fitsSocket(run)) {
    return {
      kind: "problem",
      name: "socket path too long",
      message: `${run} has ${length} bytes, more than a socket's address can hold`,
      hint: "the next start links a shorter folder",
      fix: () => removePlace(home.run),
    };
  }
  if ((await stat(run).catch(() => undefined)) !== undefined)
    return { kind: "ok", name, message: `${run}, ${length} bytes` };
  return {
    kind: "warning",
    name: "socket folder gone",
    message: `${home.run} links to ${run}, which somebody removed`,
    hint: "the next start makes another one",
    fix: () => removePlace(home.run),
  };
}
