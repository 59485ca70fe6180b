import { dataDirectoryFindings } from "./findings/data-directory.ts";
import { diskFindings } from "./findings/disk.ts";
import type { ClusterFinding, FindingOptions } from "./findings/finding.ts";
import { listenFindings } from "./findings/listen.ts";
import { processFindings } from "./findings/process.ts";
import { homeAt } from "./home.ts";

/**
 * What `howdah doctor` says of the cluster in `folder` (a project's `.howdah`): data directory, processes, port and
 * sockets, disk. Looks only; a finding's `fix` repairs.
 */
export async function* clusterFindings(folder: string, options: FindingOptions = {}): AsyncIterable<ClusterFinding> {
  const home = homeAt(folder);
  yield* dataDirectoryFindings(home, options);
  yield* processFindings(home);
  yield* listenFindings(home);
  yield* diskFindings(home, options);
}
