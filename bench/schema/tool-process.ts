import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { ToolAnswer, ToolRequest } from "./tool.ts";

/** A tool that runs in a process of its own. */
export interface ToolProcess extends AsyncDisposable {
  ask(request: ToolRequest): Promise<ToolAnswer>;
}

/** Starts it; undefined where a peer is not installed. */
export async function startTool(name: string, folder: string, cache?: string): Promise<ToolProcess | undefined> {
  const child = fork(
    join(import.meta.dirname, "tool-main.ts"),
    [name, folder, ...(cache === undefined ? [] : [cache])],
    { stdio: "ignore" },
  );
  const exited = once(child, "exit");
  const next = async (): Promise<object> => {
    const [message] = (await Promise.race([once(child, "message"), exited])) as [unknown];
    return typeof message === "object" && message !== null ? message : { ready: false, error: "its process ended" };
  };
  const end = async (): Promise<void> => {
    child.kill();
    await exited;
  };
  const { ready } = (await next()) as { readonly ready: boolean };
  if (!ready) {
    await end();
    return undefined;
  }
  return {
    async ask(request) {
      child.send(request);
      return (await next()) as ToolAnswer;
    },
    [Symbol.asyncDispose]: end,
  };
}
