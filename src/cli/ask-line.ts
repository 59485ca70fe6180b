import { createInterface } from "node:readline/promises";
import type { Shell } from "./shell.ts";

/**
 * Asks for one line on standard error; the empty line where the input has ended (Ctrl-D). Ctrl-C ends the command as
 * it does elsewhere: the prompt would swallow it.
 */
export async function askLine(text: string, shell: Shell): Promise<string> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  prompt.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
  try {
    const ended = new Promise<string>((resolve) => prompt.once("close", () => resolve("")));
    return (await Promise.race([prompt.question(text, { signal: shell.signal }), ended])).trim();
  } finally {
    prompt.close();
  }
}
