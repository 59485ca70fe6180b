// One tool in a process of its own, so that its memory is its own; requests and answers are messages.
//   fork("bench/schema/tool-main.ts", [NAME, FOLDER-OF-PEERS, FOLDER-OF-CACHE?])
import { ownTool } from "./own.ts";
import { loadPeers } from "./peers.ts";
import type { Tool, ToolAnswer, ToolRequest } from "./tool.ts";

const [name = "", folder = "", cache] = process.argv.slice(2);
// A peer keeps connections to databases that are dropped behind it, and nobody listens when it is told.
process.on("uncaughtException", () => {});

const tool = name === "howdah" ? ownTool(cache) : (await loadPeers(folder)).find((peer) => peer.name === name);
if (tool !== undefined) {
  process.on("message", (request) => {
    void answer(tool, request as ToolRequest).then((answered) => process.send?.(answered));
  });
}
process.send?.({ ready: tool !== undefined });

async function answer(of: Tool, { what, from, to, renames = [] }: ToolRequest): Promise<ToolAnswer> {
  const started = performance.now();
  const error = await (what === "plan" ? of.plan(from, to) : of.change(from, to, renames)).then(
    () => undefined,
    (thrown: unknown) => (thrown instanceof Error ? thrown.message : String(thrown)),
  );
  return { error, ms: performance.now() - started, megabytes: process.resourceUsage().maxRSS / 1000 };
}
