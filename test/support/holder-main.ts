// Holds a cluster until it is told to end: options come as one line of JSON on standard input.
import { once } from "node:events";
import { createInterface } from "node:readline";
import { type ClusterOptions, startCluster } from "../../src/provision/index.ts";

const [line] = (await once(createInterface(process.stdin), "line")) as [string];
const cluster = await startCluster(JSON.parse(line) as ClusterOptions);
process.once("SIGINT", () => {
  void cluster.release().then(() => process.exit(130));
});
process.stdout.write(`${JSON.stringify({ joined: cluster.joined, port: cluster.port })}\n`);
