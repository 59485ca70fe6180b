import { spawn } from "node:child_process";
import { AppError } from "../../../errors/index.ts";

export interface ToolOptions {
  readonly cwd?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs a program of the machine with what it prints as one text; 127 where there is no such program. Throws WD358 when it was
 * called off, once it has ended.
 */
export function runTool(
  program: string,
  args: readonly string[],
  { cwd, env = {}, signal }: ToolOptions = {},
): Promise<{ readonly code: number; readonly output: string }> {
  return new Promise((done, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      signal,
    });
    const chunks: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    const text = (): string => Buffer.concat(chunks).toString("utf8");
    child.on("error", (error) => {
      if (child.pid === undefined) done({ code: 127, output: `${text()}${error.message}` });
    });
    child.on("close", (code) => {
      if (signal?.aborted === true) reject(new AppError("WD358", "interrupted", { detail: program }));
      else done({ code: code ?? 1, output: text() });
    });
  });
}
